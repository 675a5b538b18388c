import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '@/api/types';
import { useNow } from '@/app/clock';

/** How long it has rung, with the mark from which hanging up is allowed. Rule T-03. */
export function RingProgress({ call, ringingAt }: { call: CallSnapshot; ringingAt: string }) {
  const { t } = useTranslation();
  const now = useNow(250);
  const { rung, passed, done, mark } = ringView(call, ringingAt, now);
  return (
    <div className="ring">
      <span className="num call-time" role="timer" aria-label={t('phone.ringTime')}>{rung}<span className="ring-unit">{t('phone.seconds')}</span></span>
      <div className="ring-track" role="progressbar" aria-label={t('phone.ringProgress')} aria-valuemin={0} aria-valuemax={Math.round(call.max_ring_ms / 1000)} aria-valuenow={rung}
        aria-valuetext={t('phone.ringText', { rung, min: Math.round(call.min_ring_ms / 1000) })} data-state={passed ? 'passed' : 'minimum'}>
        <div className={passed ? 'ring-bar ring-passed' : 'ring-bar'} style={{ width: `${done}%` }} />
        <div className="ring-mark" style={{ left: `${mark}%` }} />
        <span className="ring-label" style={{ left: `${mark}%` }}>{t('phone.ringMark', { n: Math.round(call.min_ring_ms / 1000) })}</span>
      </div>
    </div>
  );
}

/** Seconds rung, whether the minimum has passed, and how far bar and mark stand, in percent. */
export function ringView(call: Pick<CallSnapshot, 'min_ring_ms' | 'max_ring_ms'>, ringingAt: string, now: number) {
  const ms = Math.min(call.max_ring_ms, Math.max(0, now - Date.parse(ringingAt)));
  return { rung: Math.floor(ms / 1000), passed: ms >= call.min_ring_ms, done: (100 * ms) / call.max_ring_ms, mark: (100 * call.min_ring_ms) / call.max_ring_ms };
}
