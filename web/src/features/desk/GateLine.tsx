import { CheckCircleFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Decision } from '@/api/types';
import { useNow } from '@/app/clock';
import { formatSpan } from '@/app/time';
import { RefusalList } from '@/components/RefusalList';
import { useWord } from '@/i18n';

const ownLine: readonly string[] = ['agent_not_ready', 'no_media', 'agent_busy', 'wrapup_pending', 'line_in_use'];

/** The word of the dial gate: allowed and for how long, or refused by which rules and until when. */
export function GateLine({ gate }: { gate: Decision | undefined }) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow();
  if (!gate) return <div className="gate gate-unknown" data-state="unknown">{t('gate.unknown')}</div>;
  if (!gate.allowed) {
    // What only the agent's own line stands against is no rule: it ends with a click.
    const waiting = gate.refusals.every((r) => ownLine.includes(r.reason));
    return (
      <div className={waiting ? 'gate gate-waiting' : 'gate gate-refused'} data-state={waiting ? 'waiting' : 'refused'}>
        <RefusalList refusals={gate.refusals} nextAllowedAt={waiting ? null : gate.next_allowed_at} />
      </div>
    );
  }
  const left = gate.closes_at ? Date.parse(gate.closes_at) - now : 0;
  return (
    <div className="gate gate-allowed" data-state="allowed">
      <CheckCircleFilled aria-hidden="true" />
      <span>{gate.slot ? t('gate.allowedIn', { window: gate.slot.window }) : t('gate.allowed')}</span>
      {left > 0 && <span className="num gate-left">{t('gate.left', { left: formatSpan(left) })}</span>}
      {gate.warnings.map((w) => <span key={w.reason} className="tone-amber">{word('reason', w.reason, w.params)}</span>)}
    </div>
  );
}
