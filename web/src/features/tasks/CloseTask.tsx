import { App } from 'antd';
import { useEffect } from 'react';
import { useTask } from '@/api/queries';
import { useFaultText } from '@/components/Fault';
import { CloseTaskDialog } from '@/features/desk/CloseTaskDialog';
import { useLanguage } from '@/i18n';

/** Closes or cancels a task from the list; the dialog needs its proof (Rule T-04), which the list does not have. */
export function CloseTask({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { message } = App.useApp();
  const fault = useFaultText();
  const task = useTask(taskId, useLanguage());
  const { error } = task;
  useEffect(() => {
    if (!error) return;
    void message.error(fault(error));
    onClose();
    // Once for each error.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [error]);
  return task.data ? <CloseTaskDialog open task={task.data} onClose={onClose} /> : null;
}
