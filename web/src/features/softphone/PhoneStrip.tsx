import { DisconnectOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Button } from 'antd';
import { isLive } from '@/signaling/reducer';
import { useMicrophone, usePhone, usePhoneState } from './context';
import { tookPart } from './tab';

/** One line on what keeps the softphone from working, with the way out. Nothing while it works. */
export function PhoneStrip() {
  const { t } = useTranslation();
  const phone = usePhone();
  const navigate = useNavigate();
  const { link, peer, media, call, quality } = usePhoneState();
  const mic = useMicrophone();
  const inCall = isLive(call);
  const working = tookPart.working();
  const reconnect = { label: t('strip.reconnectMedia'), act: () => void phone.openMedia() };
  if (link === 'lost') return <Strip text={t(inCall ? 'strip.offlineInCall' : 'strip.offline')} state="offline" />;
  if (link === 'elsewhere') return <Strip text={t('strip.elsewhere')} state="elsewhere" action={{ label: t('otherTab.takeOver'), act: () => phone.takeOver() }} />;
  if (link === 'signed_out') return <Strip text={t('strip.signedOut')} state="signed_out" action={{ label: t('signin.submit'), act: () => globalThis.location.assign('/login') }} />;
  if (link !== 'open') return null;
  if (call?.state === 'wrapup' && call.reason === 'agent_lost') return <Strip text={t('strip.agentLost')} state="agent_lost" />;
  if (!['open', 'closed', 'asking'].includes(mic.state)) return <Strip text={t('strip.microphone')} state="microphone" action={{ label: t('strip.check'), act: () => void navigate('/check') }} />;
  if (!working && !inCall) return null;
  if (peer === 'disconnected' || peer === 'failed') return <Strip text={t('strip.mediaLost')} state="media" action={reconnect} />;
  if (peer === 'none' && mic.state === 'open') return <Strip text={t('strip.noMedia')} state="media" action={reconnect} />;
  if (inCall && peer === 'connected' && !call.agent_connected) return <Strip text={t('strip.unheard')} state="unheard" action={reconnect} />;
  if (inCall && peer !== 'connected') return <Strip text={t('strip.resuming')} state="resuming" />;
  if (inCall && quality?.one_way) {
    const cause = quality.one_way_cause === 'silent' ? 'silent' : 'noPackets';
    if (quality.one_way === 'customer') return <Strip text={t(`strip.customer.${cause}`)} state="one_way" />;
    if (!call.muted) return <Strip text={t(`strip.agent.${cause}`)} state="one_way" action={{ label: t('strip.check'), act: () => void navigate('/check') }} />;
  }
  if (inCall && mic.fellBack) return <Strip text={t('microphone.fellBack')} state="microphone_changed" />;
  if (media === 'failed') return <Strip text={t('strip.mediaLost')} state="media" action={reconnect} />;
  return null;
}

function Strip({ text, state, action }: { text: string; state: string; action?: { label: string; act: () => void } }) {
  return (
    <div className="strip strip-amber" role="status" data-state={state}>
      <DisconnectOutlined aria-hidden="true" />
      <span>{text}</span>
      {action && <Button size="small" onClick={action.act}>{action.label}</Button>}
    </div>
  );
}
