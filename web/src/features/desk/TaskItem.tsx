import { StopOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '@/api/types';
import { useNow } from '@/app/clock';
import { useSite } from '@/app/session';
import { daysApart, formatSpan, formatTime, windowView } from '@/app/time';
import { Tag } from '@/components/StateTag';
import { useLanguage, useWord } from '@/i18n';

export function TaskItem({ row, current, onChoose }: { row: TaskRow; current: boolean; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const word = useWord();
  return (
    <li>
      <button type="button" className={current ? 'task task-current' : 'task'} aria-current={current || undefined} onClick={() => onChoose(row.id)} data-task-id={row.id} data-state={row.state} data-kind={row.kind} data-allowed={row.window.allowed_now}>
        <span className="task-line">
          <strong className="task-name">{row.customer.name}</strong>
          {row.customer.do_not_call && <Tag tone="red" icon={<StopOutlined />}>{t('desk.doNotCall')}</Tag>}
          {row.customer.language !== 'zh-CN' && <Tag tone="blue">{word('language', row.customer.language)}</Tag>}
          <span className="num task-number">{row.customer.masked_number}</span>
        </span>
        <span className="task-line faint">
          <span className="task-program">{language === 'en' ? row.program.name_en : row.program.name_zh}</span>
          <span className="num">{t('desk.attempts', { n: row.counted, of: row.min_attempts })}</span>
        </span>
        <span className="task-line"><When row={row} /></span>
      </button>
    </li>
  );
}

/** The one time that matters for this task, and whether a call is allowed now. */
function When({ row }: { row: TaskRow }) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow();
  const near = useNear();
  if (row.kind === 'done') return <span className="faint">{word('taskState', row.state)}</span>;
  if (row.window.reason === 'do_not_call' || row.window.reason === 'task_data_check') return <span className="tone-red">{word('reason', row.window.reason)}</span>;
  const view = windowView(row.window, now);
  const due = row.appointment_at ? t('desk.appointmentAt', { at: near(row.appointment_at, now) }) : t('desk.dueAt', { at: near(row.hard_due_at ?? row.due_at, now) });
  return (
    <>
      <span className={row.kind === 'overdue' ? 'tone-red' : 'faint'}>{due}</span>
      <span className={`num window window-${view.state}`}>
        {view.state === 'open' || view.state === 'closing' ? (view.left > 0 ? t('desk.openFor', { left: formatSpan(view.left) }) : t('desk.openNow')) : view.next ? t('desk.opensAt', { at: near(view.next, now) }) : ''}
      </span>
    </>
  );
}

/** A time said short: only the clock today, "tomorrow" tomorrow, else the date. */
export function useNear(): (at: string, now: number) => string {
  const { t } = useTranslation();
  const { zone } = useSite();
  return (at, now) => {
    const days = daysApart(now, at, zone);
    const clock = formatTime(at, zone, 'clock').slice(0, 5);
    if (days === 0) return clock;
    if (days === 1) return t('desk.tomorrow', { clock });
    return formatTime(at, zone, 'short');
  };
}
