import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { useNow } from '@/app/clock';
import { formatSpan } from '@/app/time';
import { toneOf } from '@/components/tones';
import { useWord } from '@/i18n';
import { isLive } from '@/signaling/reducer';

/** The recording as it truly stands, in the server's words (Rule T-01). */
export function RecordingLamp({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow();
  const { state } = call.recording;
  const running = state === 'spooling' && isLive(call);
  const tone = toneOf('recordingState', state);
  const from = call.answered_at ?? call.ringing_at;
  return (
    <span className={`lamp lamp-${tone}`} data-state={state} data-recording-id={call.recording.id} title={t('phone.recording', { state: word('recordingState', state) })}>
      <span className={running ? 'lamp-dot lamp-live' : 'lamp-dot'} aria-hidden="true" />
      <span>{word('recordingState', state)}</span>
      {call.notice_playing && <span className="lamp-notice">{t('phone.notice')}</span>}
      {running && from && !call.notice_playing && <span className="num lamp-time">{formatSpan(now - Date.parse(from))}</span>}
    </span>
  );
}
