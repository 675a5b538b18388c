import { PhoneOutlined } from '@ant-design/icons';
import { App, Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOffer } from '@/api/types';
import { useNow } from '@/app/clock';
import { useShortcut } from '@/app/shortcuts';
import { secondsUntil } from '@/app/time';
import { useFaultText } from '@/components/Fault';
import { TimeText } from '@/components/TimeText';
import { usePhone, usePhoneState } from '@/features/softphone/context';
import { useWord } from '@/i18n';
import { startRinging } from '@/media/ring';
import { chosenDevices } from '@/media/constraints';
import './transfer.css';

/** A call that rings here: who, from whom, why; it stays until it is answered or over. */
export function OfferDialog() {
  const { offer } = usePhoneState();
  return offer ? <Ringing key={offer.offer_id} offer={offer} /> : null;
}

function Ringing({ offer }: { offer: CallOffer }) {
  const { t } = useTranslation();
  const word = useWord();
  const phone = usePhone();
  const fault = useFaultText();
  const { message } = App.useApp();
  const now = useNow(500);
  const [busy, setBusy] = useState('');
  useEffect(() => startRinging(chosenDevices().speaker), []);
  const run = (what: string, act: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(what);
    act().catch((err: unknown) => void message.error(fault(err))).finally(() => setBusy(''));
  };
  const accept = () => run('accept', () => phone.acceptOffer(offer.offer_id));
  const decline = () => run('decline', () => phone.declineOffer(offer.offer_id));
  useShortcut('Alt+G', accept);
  useShortcut('Alt+X', decline);
  const inbound = offer.kind === 'inbound';
  const title = t(`transfer.offer.${offer.kind as 'transfer' | 'consult' | 'inbound'}`, { name: offer.from });
  return (
    <Modal open closable={false} keyboard={false} mask={{ closable: false }} width={440} title={title} footer={[
      <Button key="decline" loading={busy === 'decline'} aria-keyshortcuts="Alt+X" title="Alt+X" onClick={decline}>{t('transfer.decline')}</Button>,
      <Button key="accept" type="primary" autoFocus className="accept" icon={<PhoneOutlined />} loading={busy === 'accept'} aria-keyshortcuts="Alt+G" title="Alt+G" onClick={accept}>{t('transfer.accept')}</Button>,
    ]}>
      <div role="alert" data-offer={offer.kind}><dl className="offer">
        <dt className="unseen">{t('live.customer')}</dt>
        <dd className="offer-name">{offer.customer.name}</dd>
        <dt>{t('transfer.number')}</dt>
        <dd className="num">{offer.customer.masked_number}</dd>
        {offer.customer.language && <><dt>{t('transfer.language')}</dt><dd>{word('language', offer.customer.language)}</dd></>}
        <dt>{t(inbound ? 'transfer.about' : 'transfer.why')}</dt>
        <dd>{offer.why || t(inbound ? 'transfer.noAbout' : 'transfer.noWhy')}</dd>
        {inbound && <><dt>{t('transfer.last')}</dt><dd>{offer.last_at ? <>{offer.last_by} · <TimeText at={offer.last_at} /></> : t('transfer.never')}</dd></>}
      </dl></div>
      <p className="faint num">{t('transfer.left', { n: secondsUntil(offer.expires_at, now) })}</p>
    </Modal>
  );
}
