import { useTranslation } from 'react-i18next';
import type { Call } from '@/api/types';
import { Facts } from '@/components/Facts';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

/** Who called whom, and when each thing happened. Rules T-06, T-12. */
export function CallFacts({ call: c }: { call: Call }) {
  const { t } = useTranslation();
  const word = useWord();
  const clock = (at: string | null) => (at ? <TimeText at={at} kind="full" /> : '');
  return (
    <Facts
      columns={2}
      rows={[
        [t('calls.customer'), <span key="c">{c.customer.name} <span className="num">{c.masked_number}</span></span>],
        [t('calls.agent'), c.agent.name],
        [t('calls.program'), c.program_code],
        [t('calls.outcome'), c.outcome ? <StateTag key="o" group="outcome" value={c.outcome} /> : <StateTag key="s" group="callState" value={c.state} />],
        [t('calls.started'), clock(c.started_at)],
        [t('calls.ringing'), clock(c.ringing_at)],
        [t('calls.answered'), clock(c.answered_at)],
        [t('calls.notice'), c.notice_at ? <span key="n"><TimeText at={c.notice_at} kind="clock" /> – <TimeText at={c.notice_ended_at} kind="clock" /></span> : ''],
        [t('calls.talk'), clock(c.talk_at)],
        [t('calls.ended'), clock(c.ended_at)],
        [t('calls.endedBy'), c.ended_by ? [word('party', c.ended_by), c.reason && word('ending', c.reason)].filter(Boolean).join(' · ') : ''],
        [t('calls.id'), <code key="id" className="mono">{c.id}</code>],
      ]}
    />
  );
}
