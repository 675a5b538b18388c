import { useTranslation } from 'react-i18next';
import type { TaskCounts as Counts } from '@/api/types';

const order = ['total', 'overdue', 'due', 'appointment', 'retry', 'done_today'] as const;

/** How many tasks there are, of all agents or of the one chosen. */
export function TaskCounts({ counts }: { counts: Counts }) {
  const { t } = useTranslation();
  return (
    <dl className="task-counts" aria-label={t('tasks.counts.label')}>
      {order.map((name) => (
        <div key={name} data-count={name}>
          <dt>{t(`tasks.counts.${name}`)}</dt>
          <dd className={name === 'overdue' && counts.overdue > 0 ? 'num tone-red' : 'num'}>{counts[name]}</dd>
        </div>
      ))}
    </dl>
  );
}
