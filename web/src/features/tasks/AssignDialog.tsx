import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Task, TaskRow } from '@/api/types';
import { AgentSelect } from './AgentSelect';
import { assignAll, changesHands, type NotAssigned } from './assignAll';
import { useAssignFault } from './useWrongText';

/** Gives tasks to an agent; whatever the server refuses stays here with its rule (Rule C-15). */
export function AssignDialog({ rows, onClose, onDone }: { rows: TaskRow[]; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [todo, setTodo] = useState(rows);
  const [agent, setAgent] = useState<string>();
  const [reason, setReason] = useState('');
  const [failed, setFailed] = useState<NotAssigned[]>([]);
  const needsReason = !!agent && changesHands(todo, agent);
  const assign = useMutation({
    mutationFn: (to: string) => assignAll(todo, (row) => api.post<Task>(`/tasks/${row.id}/assign`, { assignee_id: to, reason: reason.trim() })),
    onSuccess: (result) => {
      for (const queryKey of [keys.tasks, ['task']]) void queries.invalidateQueries({ queryKey });
      if (result.done > 0) void message.success(t('tasks.assigned', { n: result.done }));
      if (result.failed.length === 0) return onDone();
      setFailed(result.failed);
      setTodo(result.failed.map((f) => f.row));
    },
  });
  return (
    <Modal open title={t('tasks.assignTitle', { n: todo.length })} onCancel={onClose} width={480} okText={t('tasks.assign')}
      okButtonProps={{ disabled: !agent || (needsReason && !reason.trim()), loading: assign.isPending }} onOk={() => agent && assign.mutate(agent)}>
      {failed.length > 0 && <Failed failed={failed} />}
      <p className="faint gap-below">{names(todo)}</p>
      <label className="field" htmlFor="assign-to"><span>{t('tasks.assignTo')}</span></label>
      <AgentSelect id="assign-to" required placeholder={t('tasks.choose')} value={agent} onChange={setAgent} />
      <p className="faint gap-below">{t('tasks.conflictHint')}</p>
      {needsReason && (
        <div className="field">
          <label htmlFor="assign-reason">{t('tasks.reason')}<span className="needed" aria-hidden="true">*</span></label>
          <Input.TextArea id="assign-reason" rows={2} maxLength={500} aria-required aria-describedby="assign-why" value={reason} onChange={(e) => setReason(e.target.value)} />
          <p className="faint" id="assign-why">{t('tasks.reasonNeeded')}</p>
        </div>
      )}
    </Modal>
  );
}

function Failed({ failed }: { failed: NotAssigned[] }) {
  const { t } = useTranslation();
  const fault = useAssignFault();
  return (
    <Alert type="error" showIcon className="gap-below" role="alert" title={t('tasks.failed', { n: failed.length })}
      description={
        <ul className="tasks-failed">
          {failed.map(({ row, error }) => (
            <li key={row.id} data-reason={error.reason} data-rule={error.rule}><strong>{row.customer.name}</strong> {fault(error)}</li>
          ))}
        </ul>
      } />
  );
}

const shownNames = 8;

/** The customers of the tasks, so that nobody assigns blindly. */
function names(rows: TaskRow[]): string {
  const first = rows.slice(0, shownNames).map((r) => r.customer.name).join(' · ');
  return rows.length > shownNames ? `${first} · … (${rows.length})` : first;
}
