import { SwapOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { usePhone, usePhoneState } from '@/features/softphone/context';
import { useWord } from '@/i18n';
import './transfer.css';

interface Action { key: string; label: string; primary?: boolean; act: () => Promise<unknown> }

/** What a transfer is doing, and the ways out of it; for the colleague who has joined, the way to leave. */
export function TransferStrip() {
  const { call, guest } = usePhoneState();
  useResult(call);
  if (guest) return <Guest call={guest} />;
  if (call?.transfer.phase) return <Mine call={call} />;
  return null;
}

/** Says once how a transfer came to its end. */
function useResult(call: CallSnapshot | null): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const word = useWord();
  const before = useRef('');
  const phase = call?.transfer.phase ?? '';
  const result = call?.transfer.result ?? '';
  useEffect(() => {
    if (before.current && !phase && result) void message.info(t('transfer.result', { how: word('transferEnd', result) }));
    before.current = phase;
  });
}

function Mine({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const name = call.transfer.with;
  const end = (label: string): Action => ({ key: 'end', label, act: () => phone.endTransfer(call.id) });
  const complete: Action = { key: 'complete', label: t('transfer.complete'), primary: true, act: () => phone.completeTransfer(call.id) };
  if (call.transfer.phase === 'offered') return <Strip phase="offered" text={t('transfer.offered', { name })} actions={[end(t('transfer.cancel'))]} />;
  if (call.transfer.phase === 'consulting') {
    return <Strip phase="consulting" text={t('transfer.consulting', { name })} actions={[complete, { key: 'join', label: t('transfer.join'), act: () => phone.threeWay(call.id) }, end(t('transfer.back'))]} />;
  }
  return <Strip phase="three_way" text={t('transfer.threeWay', { name })} actions={[complete, { key: 'again', label: t('transfer.again'), act: () => phone.hold(call.id) }, end(t('transfer.sendAway', { name }))]} />;
}

function Guest({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const names = { name: call.transfer.with, customer: call.customer_name };
  const text = call.transfer.phase === 'three_way' ? t('transfer.helpingThree', names) : t('transfer.helping', names);
  return <Strip phase={call.transfer.phase} guest text={text} actions={[{ key: 'leave', label: t('transfer.leave'), act: () => phone.endTransfer(call.id) }]} />;
}

function Strip({ phase, guest, text, actions }: { phase: string; guest?: boolean; text: string; actions: Action[] }) {
  const { message } = App.useApp();
  const fault = useFaultText();
  const [busy, setBusy] = useState('');
  const run = (a: Action) => {
    setBusy(a.key);
    a.act().catch((err: unknown) => void message.error(fault(err))).finally(() => setBusy(''));
  };
  return (
    <div className="strip transfer-strip" data-transfer={phase} data-guest={guest ? 'true' : undefined}>
      <SwapOutlined aria-hidden="true" />
      <span role="status">{text}</span>
      <span className="transfer-actions">
        {actions.map((a) => <Button key={a.key} size="small" type={a.primary ? 'primary' : 'default'} loading={busy === a.key} disabled={!!busy} onClick={() => run(a)}>{a.label}</Button>)}
      </span>
    </div>
  );
}
