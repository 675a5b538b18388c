import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { useNow } from '@/app/clock';
import { formatSpan } from '@/app/time';
import { toneOf } from '@/components/tones';
import { useWord } from '@/i18n';
import { isLive } from '@/signaling/reducer';
import { usePhoneState, useTarget } from './context';
import { RingProgress } from './RingProgress';

/** Who is called, in which state, for how long. */
export function CallBlock() {
  const { t } = useTranslation();
  const { call, guest } = usePhoneState();
  const target = useTarget();
  const shown = call ?? guest;
  if (shown) return <Current call={shown} />;
  if (!target) return <div className="call-block call-idle">{t('phone.idle')}</div>;
  return (
    <div className="call-block">
      <span className="call-caption">{t('phone.selected')}</span>
      <span className="call-name">{target.name}</span>
      <span className="num call-number">{target.number}</span>
    </div>
  );
}

function Current({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const word = useWord();
  const tone = toneOf('callState', call.state);
  return (
    <div className="call-block" data-state={call.state}>
      <span className={`call-state call-${tone}`}>
        <span className={`dot dot-${tone}`} aria-hidden="true" />
        {word('callState', call.state)}
      </span>
      <span className="call-who">
        <span className="call-name">{call.customer_name}</span>
        <span className="num call-number">{call.masked_number}</span>
      </span>
      {call.state === 'ringing' && call.ringing_at && <RingProgress call={call} ringingAt={call.ringing_at} />}
      {isLive(call) && call.state !== 'ringing' && <Elapsed call={call} />}
      {isLive(call) && call.customer_keys && <span className="call-note num">{t('phone.customerKeys', { keys: call.customer_keys.slice(-8) })}</span>}
      {isLive(call) && call.monitor && <span className="call-note call-monitor" role="status" data-monitor={call.monitor}>{t('phone.monitored', { name: call.monitor_by, how: word('monitor', call.monitor) })}</span>}
      {call.cancelling && <span className="call-note">{t('phone.cancelling')}</span>}
      {call.state === 'wrapup' && call.outcome && <span className="call-note">{word('outcome', call.outcome)}</span>}
      {call.early_media && <span className="call-note">{call.heard ? word('sound', call.heard) : t('phone.earlyMedia')}</span>}
    </div>
  );
}

/** Talk time once both hear each other, else the time in this state. */
function Elapsed({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const now = useNow();
  const talking = call.state === 'talking' || call.state === 'held';
  const from = (talking ? call.talk_at ?? call.answered_at : null) ?? call.since;
  return <span className="num call-time" role="timer" aria-label={t(talking ? 'phone.talkTime' : 'phone.stateTime')}>{formatSpan(now - Date.parse(from))}</span>;
}
