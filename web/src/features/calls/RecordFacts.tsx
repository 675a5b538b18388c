import { useTranslation } from 'react-i18next';
import type { RecordOut } from '@/api/types';
import { Facts } from '@/components/Facts';
import { Nothing } from '@/components/Load';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

/** The record of the call as it was written. Rule C-01. */
export function RecordFacts({ record: r }: { record: RecordOut | null }) {
  const { t } = useTranslation();
  const word = useWord();
  if (!r || !r.id) return <Nothing text={t('calls.noRecord')} />;
  const answers = Object.entries(r.answers);
  return (
    <Facts
      rows={[
        [t('calls.recordState'), <span key="s" className="row"><Tag tone={r.state === 'final' ? 'green' : 'amber'}>{t(r.state === 'final' ? 'calls.final' : 'calls.draft')}</Tag>{r.finished_at && <TimeText at={r.finished_at} />}</span>],
        [t('calls.number'), r.number],
        [t('calls.score'), r.score ?? ''],
        [t('calls.disposition'), word('disposition', r.disposition)],
        [t('calls.method'), word('method', r.method)],
        [t('record.content'), r.content],
        [t('record.problems'), r.problems],
        [t('record.handling'), r.handling],
        [t('record.deviation'), r.deviation],
        [t('calls.answers'), answers.length > 0 ? <ul key="a">{answers.map(([key, value]) => <li key={key}><code className="mono">{key}</code> {String(value)}</li>)}</ul> : ''],
      ]}
    />
  );
}
