import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Program, ProgramPatch } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useLanguage } from '@/i18n';

interface Values { longest: number; number: number; total: number; show: boolean; callers: string[]; years: number; maxYears: number; basis: 'call_end' | 'contract_end' }

/** Changes the policy of a program. The limits of the limits are the server's (Rules T-02, T-13, T-14). */
export function ProgramDrawer({ program: p, onClose }: { program: Program; onClose: () => void }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (v: Values) => api.patch<Program>(`/programs/${p.id}`, { pause_longest_ms: v.longest * 1000, pause_number: v.number, pause_total_ms: v.total * 1000, show_monitoring: v.show, caller_ids: v.callers, retention_years: v.years, retention_max_years: v.maxYears, retention_basis: v.basis } satisfies ProgramPatch),
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
      <Form<Values> form={form} layout="vertical" initialValues={{ longest: p.pause_longest_ms / 1000, number: p.pause_number, total: p.pause_total_ms / 1000, show: p.show_monitoring, callers: p.caller_ids, years: p.retention_years, maxYears: p.retention_max_years, basis: p.retention_basis }} onFinish={(v) => save.mutate(v)}>
        <Form.Item name="number" label={t('programs.number')} rules={needed} extra={t('programs.noneMeans')}><InputNumber className="wide" min={0} max={20} precision={0} /></Form.Item>
        <Form.Item name="longest" label={t('programs.longest')} rules={needed}><InputNumber className="wide" min={0} max={600} precision={0} /></Form.Item>
        <Form.Item name="total" label={t('programs.total')} rules={needed}><InputNumber className="wide" min={0} max={1800} precision={0} /></Form.Item>
        <Form.Item name="show" label={t('programs.show')} valuePropName="checked" extra={t('programs.showMeans')}><Switch /></Form.Item>
        <Form.Item name="callers" label={t('programs.callers')} extra={t('programs.callersMean')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} /></Form.Item>
        <Form.Item name="years" label={t('retention.years')} rules={needed} extra={t('retention.onlyLonger')}><InputNumber className="wide" min={p.retention_years} max={100} precision={0} /></Form.Item>
        <Form.Item name="maxYears" label={t('retention.maxYears')} rules={needed} extra={t('retention.maxMeans')}><InputNumber className="wide" min={0} max={100} precision={0} /></Form.Item>
        <Form.Item name="basis" label={t('retention.basis')} extra={t('retention.basisMeans')}><Select disabled={p.retention_basis === 'contract_end'} options={(['call_end', 'contract_end'] as const).map((b) => ({ value: b, label: t(`retention.basisOf.${b}`) }))} /></Form.Item>
      </Form>
    </Drawer>
  );
}
