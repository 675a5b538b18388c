import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { messageKeys, useChannels, type Channels } from '@/api/messages';
import { channels, type ContactChannel } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

/** How a customer can be written to, and what they refuse. Rule C-14. */
export function WaysPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const ways = useChannels(customerId);
  return (
    <section className="message-part" aria-label={t('messages.channels')}>
      <h3>{t('messages.channels')}</h3>
      <p className="faint">{t('messages.channelsNote')}</p>
      <Load query={ways} rows={2}>{(data) => <><Shown data={data} customerId={customerId} /><Change customerId={customerId} /></>}</Load>
    </section>
  );
}

function useChange<T extends object>(customerId: string, path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: T) => api.post<Channels>(`/customers/${customerId}/${path}`, body),
    onSuccess: (d) => { queries.setQueryData(messageKeys.channels(customerId), d); for (const queryKey of [messageKeys.all, ['task']]) void queries.invalidateQueries({ queryKey }); },
  });
}

function Shown({ data, customerId }: { data: Channels; customerId: string }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <Facts rows={[
      ...data.ways.map((w) => [word('channel', w.channel), <span key={w.channel} className="row"><span className="num">{w.to}</span><Tag tone={w.possible ? 'green' : 'grey'}>{w.possible ? t('messages.possible') : word('noChannel', w.reason)}</Tag></span>] as const),
      [t('messages.mailboxes'), data.mailboxes.length === 0 ? t('messages.noMailbox') : data.mailboxes.map((m) => `${m.address}${m.invalid ? ` · ${t('messages.invalid')}` : ''}`).join(' · ')],
      ...data.refusals.map((r) => [t('messages.refusals'), <span key={r.channel}>{t('messages.refused', { channel: word('channel', r.channel), how: word('refusedHow', r.how) })} “{r.said}” <TimeText at={r.at} /> {r.by}<Lift customerId={customerId} channel={r.channel} /></span>] as const),
    ]} />
  );
}

function Lift({ customerId, channel }: { customerId: string; channel: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const fault = useFaultText();
  const [reason, setReason] = useState('');
  const lift = useChange<object>(customerId, 'channel-refusals/lift');
  if (!hasRole(me, 'supervisor')) return null;
  return (
    <span className="row">
      {lift.error && <Alert type="error" showIcon title={fault(lift.error)} />}
      <Input size="small" className="message-search" maxLength={500} placeholder={t('messages.liftReason')} aria-label={t('messages.liftReason')} value={reason} onChange={(e) => setReason(e.target.value)} />
      <Button size="small" disabled={!reason.trim()} loading={lift.isPending} onClick={() => lift.mutate({ channel, reason })}>{t('messages.lift')}</Button>
    </span>
  );
}

function Change({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const [address, setAddress] = useState('');
  const [channel, setChannel] = useState<ContactChannel>('sms');
  const [said, setSaid] = useState('');
  const add = useChange<object>(customerId, 'mailboxes');
  const refuse = useChange<object>(customerId, 'channel-refusals');
  const wrong = add.error ?? refuse.error;
  return (
    <>
      {wrong && <Alert type="error" showIcon className="gap-below" title={fault(wrong)} />}
      <span className="row gap-below">
        <Input size="small" type="email" className="message-search" maxLength={254} placeholder={t('messages.mailbox')} aria-label={t('messages.mailbox')} value={address} onChange={(e) => setAddress(e.target.value)} />
        <Button size="small" disabled={!address.trim()} loading={add.isPending} onClick={() => add.mutate({ address: address.trim() }, { onSuccess: () => setAddress('') })}>{t('messages.addMailbox')}</Button>
      </span>
      <span className="row">
        <Select size="small" aria-label={t('messages.refuseChannel')} value={channel} onChange={setChannel} options={channels.map((c) => ({ value: c, label: word('channel', c) }))} />
        <Input size="small" className="message-search" maxLength={500} placeholder={t('messages.said')} aria-label={t('messages.said')} value={said} onChange={(e) => setSaid(e.target.value)} />
        <Button size="small" disabled={!said.trim()} loading={refuse.isPending} onClick={() => refuse.mutate({ channel, said }, { onSuccess: () => setSaid('') })}>{t('messages.refuse')}</Button>
      </span>
    </>
  );
}
