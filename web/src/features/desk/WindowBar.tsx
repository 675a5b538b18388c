import { ClockCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '@/api/types';
import { useNow } from '@/app/clock';
import { formatSpan, windowView } from '@/app/time';
import { useNear } from './TaskItem';

/** The countdown of the permitted hours, over all tasks: until they end, or begin again. Rule T-05. */
export function WindowBar({ tasks }: { tasks: TaskRow[] }) {
  const { t } = useTranslation();
  const near = useNear();
  const now = useNow();
  const view = windowView(deskWindow(tasks), now);
  if (view.state === 'unknown') return null;
  const open = view.state !== 'closed';
  return (
    <p className={`window-bar window-bar-${view.state}`} data-state={view.state}>
      <ClockCircleOutlined aria-hidden="true" />
      {open ? (view.left > 0 ? t('desk.windowOpen') : t('desk.openNow')) : t('desk.windowClosed', { at: view.next ? near(view.next, now) : '' })}
      {view.left > 0 && <span className="num window-left" role="timer" aria-label={t('desk.windowLeft')}>{formatSpan(view.left)}</span>}
    </p>
  );
}

/** The window of the desk: open as long as one task may be called, then the first that may be again. Appointments make windows of their own and are left out. */
export function deskWindow(tasks: TaskRow[]): TaskRow['window'] {
  const usual = tasks.filter((r) => r.kind !== 'done' && !r.appointment_at);
  const open = usual.filter((r) => r.window.allowed_now && r.window.closes_at);
  const latest = open.map((r) => r.window.closes_at ?? '').sort().at(-1) ?? null;
  const next = usual.map((r) => r.window.next_allowed_at ?? '').filter(Boolean).sort()[0] ?? null;
  return { allowed_now: open.length > 0, closes_at: latest, next_allowed_at: next, reason: '', rule: '' };
}
