import { AudioMutedOutlined, AudioOutlined, PauseCircleOutlined, PhoneOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { useShortcut } from '@/app/shortcuts';
import { useFaultText } from '@/components/Fault';
import { isAnswered, isLive } from '@/signaling/reducer';
import { TransferButton } from '@/features/transfer/TransferButton';
import { usePhone, usePhoneState, useTarget } from './context';
import { ComplaintButton } from './ComplaintButton';
import { HangupButton } from './HangupButton';
import { Keypad } from './Keypad';
import { PauseButton } from './PauseButton';
import { RefusalDialog } from './RefusalDialog';
import { useDial } from './useDial';

/** Dial while there is no call; mute, hold, keypad and hang-up while there is one. */
export function CallControls() {
  const { call, guest } = usePhoneState();
  if (guest) return null; // the strip has the way to leave
  return isLive(call) ? <LiveControls call={call} /> : <DialButton />;
}

function DialButton() {
  const { t } = useTranslation();
  const target = useTarget();
  const { link } = usePhoneState();
  const { dial, dialing, refusal, forget } = useDial();
  const can = !!target && link === 'open';
  useShortcut('Alt+D', () => target && dial(target), can);
  return (
    <div className="controls">
      <Tooltip title={can ? t('phone.dialHint') : t('phone.dialWhom')}>
        <Button type="primary" className="dial" icon={<PhoneOutlined />} loading={dialing} disabled={!can} onClick={() => target && dial(target)}
          aria-keyshortcuts="Alt+D" data-allowed={target?.gate?.allowed ?? ''}>
          {t('phone.dial')}
        </Button>
      </Tooltip>
      {refusal && <RefusalDialog refusal={refusal} onClose={forget} onOverride={(reason) => dial(refusal.target, reason)} busy={dialing} />}
    </div>
  );
}

function LiveControls({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const phone = usePhone();
  const fault = useFaultText();
  const [busy, setBusy] = useState('');
  const run = (what: string, act: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(what);
    act().catch((err: unknown) => void message.error(fault(err))).finally(() => setBusy(''));
  };
  const answered = isAnswered(call);
  const onHold = call.held || call.state === 'held';
  const mute = () => run('mute', () => phone.mute(call.id, !call.muted));
  const hold = () => run('hold', () => (onHold ? phone.resume(call.id) : phone.hold(call.id)));
  const canHold = (call.state === 'talking' || call.state === 'held') && (!call.transfer.phase || call.transfer.phase === 'three_way');
  useShortcut('Alt+M', mute);
  useShortcut('Alt+O', hold, canHold);
  return (
    <div className="controls" role="group" aria-label={t('phone.controls')}>
      <Control label={t(call.muted ? 'phone.unmute' : 'phone.mute')} hint="Alt+M" pressed={call.muted} icon={call.muted ? <AudioMutedOutlined /> : <AudioOutlined />} onClick={mute} />
      <Control label={t(onHold ? 'phone.resume' : 'phone.hold')} hint="Alt+O" pressed={onHold} icon={onHold ? <PlayCircleOutlined /> : <PauseCircleOutlined />} disabled={!canHold} onClick={hold} />
      <Keypad callId={call.id} disabled={!answered} />
      <TransferButton call={call} />
      <PauseButton call={call} />
      <ComplaintButton call={call} />
      <HangupButton call={call} />
    </div>
  );
}

function Control({ label, hint, icon, pressed, disabled, onClick }: { label: string; hint: string; icon: ReactNode; pressed: boolean; disabled?: boolean; onClick: () => void }) {
  return (
    <Tooltip title={`${label} ${hint}`}>
      <Button icon={icon} aria-label={label} aria-pressed={pressed} aria-keyshortcuts={hint} disabled={disabled} onClick={onClick} className={pressed && !disabled ? 'control control-on' : 'control'}>
        <span className="control-word">{label}</span>
      </Button>
    </Tooltip>
  );
}
