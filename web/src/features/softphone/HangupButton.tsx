import { LockOutlined, PhoneOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { useNow } from '@/app/clock';
import { Light } from '@/app/Light';
import { hasRole, useMe } from '@/app/session';
import { useShortcut } from '@/app/shortcuts';
import { secondsUntil } from '@/app/time';
import { useFaultText } from '@/components/Fault';
import { isAnswered } from '@/signaling/reducer';
import { usePhone } from './context';

/**
 * Hangs up. While the phone has not rung for the minimum the button is locked
 * and shows the seconds left (Rule T-03); a supervisor may go on with a reason.
 * Once the customer is there, the agent confirms (Rule T-09).
 */
export function HangupButton({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const me = useMe();
  const phone = usePhone();
  const fault = useFaultText();
  const now = useNow(250);
  const [override, setOverride] = useState(false);
  const left = call.state === 'ringing' ? secondsUntil(call.hangup_allowed_at, now) : 0;
  const send = (reason = '') => phone.hangup(call.id, reason).catch((err: unknown) => void message.error(fault(err)));
  const press = () => {
    if (left > 0) {
      if (hasRole(me, 'supervisor')) setOverride(true);
      else void message.warning(t('phone.locked', { n: left }));
    } else if (isAnswered(call) && call.confirm_agent_hangup) {
      void modal.confirm({
        title: t('phone.confirmTitle'), content: t('phone.confirmText'), okText: t('phone.hangup'), cancelText: t('phone.stay'),
        okButtonProps: { danger: true, autoFocus: true }, onOk: () => send(),
      });
    } else void send();
  };
  useShortcut('Alt+H', press);
  return (
    <>
      <Button type="primary" danger className={left > 0 ? 'hangup hangup-locked' : 'hangup'} icon={left > 0 ? <LockOutlined /> : <PhoneOutlined rotate={135} />} onClick={press}
        disabled={call.cancelling} aria-disabled={left > 0 || undefined} aria-keyshortcuts="Alt+H" aria-label={left > 0 ? t('phone.hangupIn', { n: left }) : t('phone.hangup')}
        data-state={left > 0 ? 'locked' : 'free'} data-seconds-left={left}>
        {left > 0 ? <span className="num">{t('phone.hangupIn', { n: left })}</span> : t('phone.hangup')}
      </Button>
      <Light><OverrideDialog open={override} title={t('phone.overrideHangup')} onClose={() => setOverride(false)} onGo={(reason) => void send(reason).then(() => setOverride(false))} /></Light>
    </>
  );
}

function OverrideDialog({ open, title, onClose, onGo }: { open: boolean; title: string; onClose: () => void; onGo: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Modal open={open} title={title} onCancel={onClose} okText={t('phone.hangup')} okButtonProps={{ danger: true, disabled: !reason.trim() }} onOk={() => onGo(reason.trim())} destroyOnHidden>
      <label className="field">
        <span>{t('refusal.overrideReason')}</span>
        <Input.TextArea rows={2} maxLength={150} value={reason} onChange={(e) => setReason(e.target.value)} />
      </label>
      <p className="faint">{t('refusal.overrideLogged')}</p>
    </Modal>
  );
}
