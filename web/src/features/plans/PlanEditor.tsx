import { Alert, Button, DatePicker, Drawer, Form, Input, InputNumber, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/errors';
import { usePlanAgents, usePrograms } from '@/api/queries';
import { contentKinds, planMethods, type PlanContent, type PlanDetail } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useLanguage, useWord } from '@/i18n';
import { usePlanAct } from './act';

type Values = Pick<PlanContent, 'title' | 'program_id' | 'content_kind' | 'method' | 'target'> & { aim?: string; skill?: string; period: [Dayjs, Dayjs]; agents: string[] };

/** Drafts a plan, or writes one that is not submitted anew. Rules C-02, C-13. */
export function PlanEditor({ plan, onClose, onSaved }: { plan?: PlanDetail; onClose: () => void; onSaved?: (p: PlanDetail) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const english = useLanguage() === 'en';
  const fault = useFaultText();
  const programs = usePrograms();
  const agents = usePlanAgents();
  const [form] = Form.useForm<Values>();
  const save = usePlanAct<PlanContent>(plan ? `/plans/${plan.id}` : '/plans', plan ? 'put' : 'post', (p) => { onClose(); onSaved?.(p); });
  const send = ({ period, ...v }: Values) =>
    save.mutate({ ...v, aim: v.aim ?? '', skill: v.skill ?? '', from: period[0].format('YYYY-MM-DD'), until: period[1].format('YYYY-MM-DD') }, {
      onError: (err) => form.setFields(Object.entries(asApiError(err).fields).map(([name, text]) => ({ name: (/^(from|until)/.test(name) ? 'period' : name.replace(/\[.*/, '')) as keyof Values, errors: [text] }))),
    });
  const required = { required: true, message: t('common.required') };
  const initial = plan
    ? { ...plan, agents: plan.agents.map((a) => a.id), period: [dayjs(plan.from), dayjs(plan.until)] as [Dayjs, Dayjs] }
    : { content_kind: 'care' as const, method: 'telephone' as const, target: 100, agents: [] };
  return (
    <Drawer open size={520} title={t(plan ? 'plans.change' : 'plans.new')} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button></div>}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} />}
      <Form<Values> form={form} layout="vertical" initialValues={initial} onFinish={send} scrollToFirstError={{ focus: true }}>
        <Form.Item name="title" label={t('plans.name')} rules={[required]}><Input maxLength={60} autoComplete="off" /></Form.Item>
        <Form.Item name="program_id" label={t('plans.program')} rules={[required]}>
          <Select showSearch={{ optionFilterProp: 'label' }} loading={programs.isPending} options={programs.data?.programs.map((p) => ({ value: p.id, label: english ? p.name_en : p.name_zh })) ?? []} />
        </Form.Item>
        <div className="row plan-pair">
          <Form.Item name="content_kind" label={t('plans.contentKind')} rules={[required]}><Select options={contentKinds.map((k) => ({ value: k, label: word('contentKind', k) }))} /></Form.Item>
          <Form.Item name="method" label={t('plans.method')} rules={[required]}><Select options={planMethods.map((m) => ({ value: m, label: word('method', m) }))} /></Form.Item>
        </div>
        <Form.Item name="aim" label={t('plans.aim')}><Input.TextArea rows={2} maxLength={3000} /></Form.Item>
        <div className="row plan-pair">
          <Form.Item name="period" label={t('plans.period')} rules={[required]}><DatePicker.RangePicker className="wide" /></Form.Item>
          <Form.Item name="target" label={t('plans.target')} rules={[required]}><InputNumber min={1} max={100} precision={0} suffix="%" className="wide" /></Form.Item>
        </div>
        <Form.Item name="agents" label={t('plans.agents')} extra={t('plans.agentsMeans')}>
          <Select mode="multiple" loading={agents.isPending} showSearch={{ optionFilterProp: 'label' }}
            options={agents.data?.agents.map((a) => ({ value: a.id, label: `${a.name} · ${a.department} · ${t('plans.load', { n: a.load })}` })) ?? []} />
        </Form.Item>
        <Form.Item name="skill" label={t('plans.skill')} extra={t('plans.skillMeans')}>
          <Select allowClear options={[...new Set(agents.data?.agents.flatMap((a) => a.skills) ?? [])].sort().map((s) => ({ value: s, label: s }))} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}
