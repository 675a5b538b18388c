import { useTranslation } from 'react-i18next';
import type { TaskRow } from '@/api/types';
import { useNow } from '@/app/clock';
import { useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { useNear } from '@/features/desk/TaskItem';
import { isOpen } from './assignAll';

/** When the task may or should be called next: appointment, proposed slot (Rule T-04), or permitted window (Rule T-05). */
export function NextSlot({ row }: { row: TaskRow }) {
  const { t } = useTranslation();
  const near = useNear();
  const { zone } = useSite();
  const now = useNow(60_000);
  if (!isOpen(row) || row.window.reason === 'do_not_call' || row.window.reason === 'task_data_check') return <span className="faint">—</span>;
  if (row.appointment_at) return <span className="num">{t('tasks.appointmentAt', { at: near(row.appointment_at, now) })}</span>;
  if (row.next_from && row.next_until && Date.parse(row.next_until) > now) return <span className="num">{near(row.next_from, now)}–{formatTime(row.next_until, zone, 'clock').slice(0, 5)}</span>;
  if (row.window.allowed_now) return <span className="tone-green">{t('tasks.openNow')}</span>;
  return row.window.next_allowed_at ? <span className="num faint">{t('tasks.opensAt', { at: near(row.window.next_allowed_at, now) })}</span> : <span className="faint">—</span>;
}
