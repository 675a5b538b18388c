import { FormOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Wrapup } from '@/api/types';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

/** Records that are still to be written; the next call waits for them. Rules C-01, C-23. */
export function WrapupList({ wrapups, onChoose }: { wrapups: Wrapup[]; onChoose: (taskId: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  if (wrapups.length === 0) return null;
  return (
    <section className="wrapups" aria-label={t('desk.wrapups')}>
      <h3 className="group-head"><FormOutlined aria-hidden="true" />{t('desk.wrapups')}<span className="num">{wrapups.length}</span></h3>
      <ul className="tasks">
        {wrapups.map((w) => (
          <li key={w.call_id}>
            <button type="button" className="task task-wrapup" onClick={() => onChoose(w.task_id)} data-call-id={w.call_id}>
              <span className="task-line"><strong className="task-name">{w.customer_name}</strong><span>{word('outcome', w.outcome)}</span></span>
              <span className="task-line faint"><TimeText at={w.ended_at} kind="short" /></span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
