import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { usePrograms } from '@/api/queries';
import type { NewTask, Task } from '@/api/types';
import { WallPicker } from '@/components/WallPicker';
import { useLanguage } from '@/i18n';
import { AgentSelect } from './AgentSelect';
import { CustomerSelect } from './CustomerSelect';
import { useAssignFault, useWrongText } from './useWrongText';

const fields = ['customer_id', 'program_id', 'assignee_id', 'purpose', 'due_at', 'hard_due_at'] as const;

/** Makes one task by hand. What the server objects to is shown at its field. */
export function NewTaskDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const language = useLanguage();
  const fault = useAssignFault();
  const wrong = useWrongText();
  const queries = useQueryClient();
  const programs = usePrograms();
  const [form] = Form.useForm<NewTask>();
  const save = useMutation({
    mutationFn: (task: NewTask) => api.post<Task>('/tasks', { ...task, purpose: task.purpose?.trim() ?? '' }),
    onSuccess: () => {
      void message.success(t('tasks.created'));
      void queries.invalidateQueries({ queryKey: keys.tasks });
      onClose();
    },
    onError: (err) => {
      const { fields: said } = asApiError(err);
      form.setFields(fields.filter((name) => said[name]).map((name) => ({ name, errors: [wrong(said[name] ?? '')] })));
    },
  });
  const atFields = fields.some((name) => asApiError(save.error).fields[name]);
  const required = { required: true, message: t('common.required') };
  return (
    <Drawer open title={t('tasks.newTask')} size={460} onClose={onClose}
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('tasks.create')}</Button></div>}>
      {save.error && !atFields && <Alert type="error" showIcon role="alert" className="gap-below" title={fault(save.error)} />}
      <Form<NewTask> form={form} layout="vertical" scrollToFirstError={{ focus: true }} onFinish={(task) => save.mutate(task)}>
        <Form.Item name="customer_id" label={t('tasks.customer')} rules={[required]}><CustomerSelect /></Form.Item>
        <Form.Item name="program_id" label={t('tasks.program')} rules={[required]}>
          <Select aria-required loading={programs.isPending} placeholder={t('tasks.choose')} options={programs.data?.programs.map((p) => ({ value: p.id, label: language === 'en' ? p.name_en : p.name_zh }))} />
        </Form.Item>
        <Form.Item name="purpose" label={t('tasks.purpose')}><Input.TextArea rows={3} maxLength={600} placeholder={t('tasks.purposeHint')} /></Form.Item>
        <Form.Item name="assignee_id" label={t('tasks.assignee')} extra={t('tasks.conflictHint')}><AgentSelect placeholder={t('tasks.assigneeHint')} /></Form.Item>
        <Form.Item name="due_at" label={t('tasks.dueAt')} rules={[required]}><WallPicker future /></Form.Item>
        <Form.Item name="hard_due_at" label={t('tasks.hardDueAt')} extra={t('tasks.hardDueHint')} dependencies={['due_at']}
          rules={[({ getFieldValue }) => ({ validator: (_, at: string | null) => (at && String(getFieldValue('due_at') ?? '') > at ? Promise.reject(new Error(t('tasks.wrong.beforeDue'))) : Promise.resolve()) })]}>
          <WallPicker future />
        </Form.Item>
        <Form.Item name="complaint" valuePropName="checked"><Checkbox>{t('tasks.complaint')}</Checkbox></Form.Item>
      </Form>
    </Drawer>
  );
}
