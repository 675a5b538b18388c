import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { QueueState, TaskRow } from '@/api/types';
import { useFaultText } from '@/components/Fault';

/** Why a task is put aside: it is logged, and the task goes to others at once. */
export function SkipDialog({ task, onClose }: { task: TaskRow; onClose: () => void }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const skip = useMutation({
    mutationFn: () => api.post<QueueState>('/queue/skip', { task_id: task.id, reason: reason.trim() }),
    onSuccess: (state) => {
      queries.setQueryData(keys.queue, state);
      void queries.invalidateQueries({ queryKey: keys.tasks });
      onClose();
    },
  });
  return (
    <Modal open title={t('queue.skipTitle', { name: task.customer.name })} onCancel={onClose} okText={t('queue.skip')} okButtonProps={{ disabled: !reason.trim(), loading: skip.isPending }} onOk={() => skip.mutate()}>
      {skip.error && <Alert type="error" showIcon className="gap-below" title={fault(skip.error)} />}
      <label className="field">
        <span>{t('queue.reason')}</span>
        <Input.TextArea rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
      </label>
      <p className="faint">{t('queue.skipMeans')}</p>
    </Modal>
  );
}
