import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Program, ProgramPatch } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useLanguage } from '@/i18n';

interface Values { longest: number; number: number; total: number; show: boolean; callers: string[] }

/** Changes the policy of a program. The limits of the limits are the server's (Rules T-13, T-14). */
export function ProgramDrawer({ program: p, onClose }: { program: Program; onClose: () => void }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (v: Values) => api.patch<Program>(`/programs/${p.id}`, { pause_longest_ms: v.longest * 1000, pause_number: v.number, pause_total_ms: v.total * 1000, show_monitoring: v.show, caller_ids: v.callers } satisfies ProgramPatch),
    onSuccess: () => {
      void message.success(t('common.saved'));
      void queries.invalidateQueries({ queryKey: keys.programs });
      onClose();
    },
  });
  const needed = [{ required: true, message: t('common.required') }];
  return (
    <Drawer open size={380} title={t('programs.change', { name: english ? p.name_en : p.name_zh })} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button></div>}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} />}
      <Form<Values> form={form} layout="vertical" initialValues={{ longest: p.pause_longest_ms / 1000, number: p.pause_number, total: p.pause_total_ms / 1000, show: p.show_monitoring, callers: p.caller_ids }} onFinish={(v) => save.mutate(v)}>
        <Form.Item name="number" label={t('programs.number')} rules={needed} extra={t('programs.noneMeans')}><InputNumber className="wide" min={0} max={20} precision={0} /></Form.Item>
        <Form.Item name="longest" label={t('programs.longest')} rules={needed}><InputNumber className="wide" min={0} max={600} precision={0} /></Form.Item>
        <Form.Item name="total" label={t('programs.total')} rules={needed}><InputNumber className="wide" min={0} max={1800} precision={0} /></Form.Item>
        <Form.Item name="show" label={t('programs.show')} valuePropName="checked" extra={t('programs.showMeans')}><Switch /></Form.Item>
        <Form.Item name="callers" label={t('programs.callers')} extra={t('programs.callersMean')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} /></Form.Item>
      </Form>
    </Drawer>
  );
}
