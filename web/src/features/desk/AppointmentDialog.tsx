import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task } from '@/api/types';
import { serverNow } from '@/app/clock';
import { useSite } from '@/app/session';
import { fromWall, toWall } from '@/app/time';
import { useFaultText } from '@/components/Fault';
import { WallPicker } from '@/components/WallPicker';
import { useNear } from './TaskItem';
import type { DraftHandle } from './useRecordDraft';

/**
 * Agrees a time with the customer (Rules T-10, C-24). During a call it goes
 * into the record as "not convenient"; otherwise onto the task at once.
 */
export function AppointmentDialog({ open, task, record, onClose }: { open: boolean; task: Task; record: DraftHandle | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { zone } = useSite();
  const fault = useFaultText();
  const near = useNear();
  const queries = useQueryClient();
  const [at, setAt] = useState<string | null>(null);
  const [note, setNote] = useState('');
  useEffect(() => {
    if (open) setAt(record?.draft.appointmentAt ?? task.appointment_at);
    if (open) setNote('');
    // Only what is so when it opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [open]);
  const saved = (text: string) => {
    void message.success(text);
    for (const queryKey of [keys.tasks, keys.taskAny(task.id)]) void queries.invalidateQueries({ queryKey });
    onClose();
  };
  const set = useMutation({
    mutationFn: (time: string) => api.put<Task>(`/tasks/${task.id}/appointment`, { at: time, note: note.trim() }),
    onSuccess: () => saved(t('appointment.set')),
    onError: (err) => void message.error(fault(err)),
  });
  const remove = useMutation({
    mutationFn: () => api.delete<Task>(`/tasks/${task.id}/appointment`),
    onSuccess: () => saved(t('appointment.removed')),
    onError: (err) => void message.error(fault(err)),
  });
  const past = !!at && Date.parse(at) <= serverNow();
  const go = () => {
    if (!at || past) return;
    if (!record || record.final) return set.mutate(at);
    record.change({ disposition: 'not_convenient', appointmentAt: at });
    void message.success(t('appointment.intoRecord'));
    onClose();
  };
  return (
    <Modal open={open} title={t('appointment.title', { name: task.customer_card.name })} onCancel={onClose} width={440}
      footer={
        <>
          {task.appointment_at && !record && <Button danger loading={remove.isPending} onClick={() => remove.mutate()}>{t('appointment.remove')}</Button>}
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" disabled={!at || past} loading={set.isPending} onClick={go}>{t('appointment.save')}</Button>
        </>
      }>
      <p className="faint">{t('appointment.hint')}</p>
      <div className="quick" role="group" aria-label={t('appointment.quick')}>
        {quickTimes(serverNow(), zone).map((time) => <Button key={time} size="small" type={time === at ? 'primary' : 'default'} onClick={() => setAt(time)}>{near(time, serverNow())}</Button>)}
      </div>
      <div className="field">
        <label htmlFor="appointment-at">{t('appointment.at')}</label>
        <WallPicker id="appointment-at" future value={at} onChange={setAt} status={past ? 'error' : undefined} />
        {past && <p className="field-error" role="alert">{t('record.missing.past')}</p>}
      </div>
      {!record && (
        <label className="field">
          <span>{t('appointment.note')}</span>
          <Input.TextArea rows={2} maxLength={500} value={note} onChange={(e) => setNote(e.target.value)} />
        </label>
      )}
    </Modal>
  );
}

/** In an hour, and usual times of today, tomorrow and the day after, as the site's clock shows them. */
export function quickTimes(now: number, zone: string): string[] {
  const wall = toWall(now, zone);
  const hour = wall.add(1, 'hour').minute(Math.ceil(wall.minute() / 5) * 5).second(0);
  const clock = (days: number, h: number, m = 0) => wall.startOf('day').add(days, 'day').hour(h).minute(m);
  const usual = [clock(0, 15), clock(0, 19), clock(1, 10), clock(1, 14, 30), clock(2, 10)].filter((d) => d.isAfter(wall.add(30, 'minute')));
  return [hour, ...usual].map((d) => fromWall(d, zone));
}
