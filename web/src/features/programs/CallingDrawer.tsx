import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { CallingRules, CallingRulesChange, CallingRulesList, HoursGroup, Program } from '@/api/types';
import { useDepartments } from '@/api/queries';
import { Load } from '@/components/Load';
import { TimeText } from '@/components/TimeText';
import { useFaultText } from '@/components/Fault';
import { useCalendars } from '@/features/calendar/CalendarPage';
import { useLanguage, useWord } from '@/i18n';
import { hoursOf, textOf } from './hours';
import './programs.css';

interface GroupValues { by: HoursGroup['by']; value: string; hours?: string; calendar?: string }
interface Values { hours: string; government: string; groups?: GroupValues[]; calendar: string; consent: CallingRules['consent']; progressive: boolean; reason: string }

/** When customers of a program may be called, by group, and with what consent; every change is a version. Rules T-05, T-14. */
export function CallingDrawer({ program: p, onClose }: { program: Program; onClose: () => void }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const rules = useQuery({ queryKey: keys.calling(p.id), queryFn: ({ signal }) => api.get<CallingRulesList>(`/programs/${p.id}/calling`, undefined, signal) });
  return (
    <Drawer open size={620} title={t('calling.title', { name: english ? p.name_en : p.name_zh })} onClose={onClose} destroyOnHidden>
      <Load query={rules} rows={8}>{(data) => <><Edit key={data.rules.version} id={p.id} rules={data.rules} /><History list={data} /></>}</Load>
    </Drawer>
  );
}

function Edit({ id, rules: r }: { id: string; rules: CallingRules }) {
  const { t } = useTranslation();
  const word = useWord();
  const english = useLanguage() === 'en';
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const calendars = useCalendars();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (v: Values) => api.put<CallingRulesList>(`/programs/${id}/calling`, {
      version: r.version, windows: hoursOf(v.hours), government_windows: hoursOf(v.government), calendar: v.calendar, consent: v.consent, progressive: v.progressive, reason: v.reason.trim(),
      groups: (v.groups ?? []).map((g) => ({ by: g.by, value: g.value, ...(g.hours?.trim() ? { windows: hoursOf(g.hours) } : {}), ...(g.calendar ? { calendar: g.calendar } : {}) })),
    } satisfies CallingRulesChange),
    onSuccess: (data) => {
      void message.success(t('common.saved'));
      queries.setQueryData(keys.calling(id), data);
      void queries.invalidateQueries({ queryKey: keys.programs });
    },
  });
  const needed = [{ required: true, message: t('common.required') }];
  const codes = calendars.data?.calendars.map((c) => ({ value: c.code, label: english ? c.name_en : c.name_zh })) ?? [];
  return (
    <Form<Values> form={form} layout="vertical" onFinish={(v) => save.mutate(v)}
      initialValues={{ hours: textOf(r.windows), government: textOf(r.government_windows), calendar: r.calendar, consent: r.consent, progressive: r.progressive, reason: '', groups: r.groups.map((g) => ({ by: g.by, value: g.value, hours: g.windows ? textOf(g.windows) : '', calendar: g.calendar ?? '' })) }}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} description={<Wrong error={save.error} />} />}
      <Form.Item name="hours" label={t('calling.hours')} rules={needed} extra={t('calling.hoursForm')}><Input.TextArea autoSize /></Form.Item>
      <Form.Item name="government" label={t('calling.government')} rules={needed}><Input.TextArea autoSize /></Form.Item>
      <h3>{t('calling.groups')}</h3>
      <p className="faint">{t('calling.groupsMean')}</p>
      <Form.List name="groups">
        {(fields, { add, remove }) => (
          <>
            {fields.map((f) => <GroupFields key={f.key} index={f.name} codes={codes} onRemove={() => remove(f.name)} />)}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ by: 'grade', value: '', hours: '', calendar: '' })}>{t('calling.addGroup')}</Button>
          </>
        )}
      </Form.List>
      <Form.Item name="calendar" label={t('calling.calendar')}><Select options={codes} /></Form.Item>
      <Form.Item name="consent" label={t('calling.consent')} extra={t('calling.consentMeans')}>
        <Select options={[{ value: '', label: t('calling.noConsent') }, ...(['service', 'survey', 'marketing'] as const).map((c) => ({ value: c, label: word('consentPurpose', c) }))]} />
      </Form.Item>
      <Form.Item name="progressive" label={t('calling.progressive')} valuePropName="checked" extra={t('queue.autoMeans')}><Switch /></Form.Item>
      <Form.Item name="reason" label={t('calling.reason')} rules={needed}><Input maxLength={500} /></Form.Item>
      <Button type="primary" htmlType="submit" loading={save.isPending}>{t('calling.save', { n: r.version + 1 })}</Button>
    </Form>
  );
}

function GroupFields({ index, codes, onRemove }: { index: number; codes: Array<{ value: string; label: string }>; onRemove: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const form = Form.useFormInstance<Values>();
  const by = Form.useWatch(['groups', index, 'by'], form);
  const departments = useDepartments();
  const branches = [...new Map(departments.data?.departments.map((d) => [d.branch.id, d.branch.name])).entries()];
  const needed = [{ required: true, message: t('common.required') }];
  return (
    <fieldset className="hours-group">
      <legend className="unseen">{t('calling.group', { n: index + 1 })}</legend>
      <Form.Item name={[index, 'by']} label={t('calling.by')}><Select onChange={() => form.setFieldValue(['groups', index, 'value'], '')} options={(['kind', 'grade', 'group', 'branch'] as const).map((b) => ({ value: b, label: word('hoursBy', b) }))} /></Form.Item>
      <Form.Item name={[index, 'value']} label={t('calling.value')} rules={needed}>
        {by === 'kind' ? <Select options={(['investor', 'equipment_operator', 'furniture_buyer', 'advertiser', 'other'] as const).map((k) => ({ value: k, label: word('customerKind', k) }))} />
          : by === 'branch' ? <Select options={branches.map(([value, label]) => ({ value, label }))} /> : <Input maxLength={60} />}
      </Form.Item>
      <Form.Item name={[index, 'hours']} label={t('calling.groupHours')}><Input placeholder={t('calling.same')} /></Form.Item>
      <Form.Item name={[index, 'calendar']} label={t('calling.calendar')}><Select options={[{ value: '', label: t('calling.same') }, ...codes]} /></Form.Item>
      <Button icon={<DeleteOutlined />} aria-label={t('calling.remove', { n: index + 1 })} onClick={onRemove} />
    </fieldset>
  );
}

/** What the server objects to, field by field. */
function Wrong({ error }: { error: unknown }) {
  const fields = (error as { fields?: Record<string, string> }).fields ?? {};
  return <ul>{Object.entries(fields).map(([at, text]) => <li key={at}><code>{at}</code> {text}</li>)}</ul>;
}

function History({ list }: { list: CallingRulesList }) {
  const { t } = useTranslation();
  if (list.versions.length === 0) return null;
  return (
    <section className="hours-history">
      <h3>{t('calling.history')}</h3>
      <ol>{list.versions.map((v) => <li key={v.version}><strong>{t('calling.version', { n: v.version })}</strong> {v.by.name} <TimeText at={v.at} /> · {v.reason}<div className="faint">{textOf(v.windows).replaceAll('\n', '；')}</div></li>)}</ol>
    </section>
  );
}
