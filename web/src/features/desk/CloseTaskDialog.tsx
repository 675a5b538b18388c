import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { ProofBadge } from './ProofBadge';

type As = 'unreachable' | 'other_channel' | 'cancelled';

/** Ends a task without a completed call. "Unreachable" needs its proof, which the server checks (Rule T-04). */
export function CloseTaskDialog({ open, task, onClose }: { open: boolean; task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const me = useMe();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [as, setAs] = useState<As>('unreachable');
  const [reason, setReason] = useState('');
  const close = useMutation({
    mutationFn: () => api.post<Task>(`/tasks/${task.id}/close`, { as, reason: reason.trim() }),
    onSuccess: () => {
      void message.success(t('close.done'));
      for (const queryKey of [keys.tasks, keys.taskAny(task.id)]) void queries.invalidateQueries({ queryKey });
      onClose();
    },
  });
  const { reset } = close;
  useEffect(() => {
    if (!open) return;
    setReason('');
    reset();
  }, [open, reset]);
  return (
    <Modal open={open} title={t('close.title')} onCancel={onClose} okText={t('close.ok')} okButtonProps={{ danger: true, disabled: !reason.trim(), loading: close.isPending }} onOk={() => close.mutate()}>
      {close.error && <Alert type="error" showIcon title={fault(close.error)} className="gap-below" />}
      <Radio.Group value={as} onChange={(e) => setAs(e.target.value as As)} className="column" aria-label={t('close.as')}>
        <Radio value="unreachable">{t('close.unreachable')} <ProofBadge proof={task.proof} /></Radio>
        <Radio value="other_channel">{t('close.otherChannel')}</Radio>
        {hasRole(me, 'supervisor') && <Radio value="cancelled">{t('close.cancelled')}</Radio>}
      </Radio.Group>
      <label className="field">
        <span>{t('close.reason')}</span>
        <Input.TextArea rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
      </label>
    </Modal>
  );
}
