import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n';
import { isLive } from '@/signaling/reducer';
import { AgentStateButton } from './AgentStateButton';
import { CallBlock } from './CallBlock';
import { CallControls } from './CallControls';
import { usePhoneState } from './context';
import { DevicesPopover } from './DevicesPopover';
import { QualityChip } from './QualityChip';
import { RecordingLamp } from './RecordingLamp';
import './softphone.css';

/** The softphone, always in the top bar: who I am to the system, the call, what I can do with it. */
export function SoftphoneBar() {
  const { t } = useTranslation();
  const { call, agent, link, peer, media } = usePhoneState();
  return (
    <section className="phone" aria-label={t('phone.label')} data-call-state={call?.state ?? 'none'} data-agent-state={agent.state}
      data-link={link} data-peer={peer} data-media={media} data-call-id={call?.id ?? ''}>
      <AgentStateButton />
      <CallBlock />
      <CallControls />
      <div className="phone-signs">
        {call && <RecordingLamp call={call} />}
        {isLive(call) && <QualityChip />}
        <DevicesPopover />
      </div>
      <Spoken />
    </section>
  );
}

/** Tells screen readers of every change of the call's state, once. */
function Spoken() {
  const { t } = useTranslation();
  const word = useWord();
  const { call } = usePhoneState();
  const text = call ? t('phone.spoken', { state: word('callState', call.state), name: call.customer_name }) : '';
  const [said, setSaid] = useState('');
  useEffect(() => setSaid(text), [text]);
  return <div className="unseen" role="status" aria-live="polite">{said}</div>;
}
