import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, DatePicker, Drawer, Form, Input, InputNumber, Select, Switch } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { usePrograms } from '@/api/queries';
import type { DutyRule, DutySettings } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useLanguage } from '@/i18n';
import type { Dry } from './DryRunDrawer';
import { DeadlineInput, OffsetInput } from './inputs';
import { useDutyText, useOptions } from './text';

/** A rule that is made, or, with its rule, changed. */
export interface Edited { code: string; name_zh: string; name_en: string; settings: DutySettings; rule?: DutyRule }

interface Values { code: string; name_zh: string; name_en: string; applies_from: Dayjs; reason: string; settings: DutySettings }

const nobody = '00000000-0000-0000-0000-000000000000';

/** What does not belong to the trigger is left out. */
function tidy(s: DutySettings): DutySettings {
  const event = s.trigger === 'event';
  return {
    ...s, events: event ? s.events : [], festivals: s.trigger === 'festival' ? s.festivals : [], per_month: s.trigger === 'monthly' ? s.per_month : 0,
    stages: s.trigger === 'monthly' ? [] : event ? s.stages : s.stages?.slice(0, 1), repeat: event ? s.repeat : null,
    cooling_off: event && s.cooling_off, cooling_off_days: event && s.cooling_off ? s.cooling_off_days ?? 0 : 0, before_commissioning: event && s.before_commissioning, also_channel: s.also_channel ?? '',
  };
}

/** Makes a rule or its next version, with every field of it. */
export function RuleDrawer({ edited, onDry, onClose }: { edited: Edited; onDry: (d: Dry) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const { message } = App.useApp();
  const fault = useFaultText();
  const text = useDutyText();
  const options = useOptions();
  const queries = useQueryClient();
  const programs = usePrograms();
  const [form] = Form.useForm<Values>();
  const trigger = Form.useWatch(['settings', 'trigger'], form) ?? edited.settings.trigger;
  const cooling = Form.useWatch(['settings', 'cooling_off'], form);
  const old = edited.rule;
  const save = useMutation({
    mutationFn: (v: Values) => {
      const common = { applies_from: v.applies_from.format('YYYY-MM-DD'), reason: v.reason ?? '', settings: tidy(v.settings) };
      return old
        ? api.post<DutyRule>(`/duty-rules/${old.id}/versions`, { ...common, seen: old.versions.length })
        : api.post<DutyRule>('/duty-rules', { ...common, code: v.code, name_zh: v.name_zh, name_en: v.name_en });
    },
    onSuccess: () => {
      void message.success(t('common.saved'));
      void queries.invalidateQueries({ queryKey: keys.duties });
      onClose();
    },
  });
  const whole = () => ({ ...edited.settings, ...form.getFieldsValue(true).settings } as DutySettings);
  const tryIt = () => onDry({ name: text.name(edited), rule_id: old?.id, settings: tidy(whole()), applies_from: form.getFieldValue('applies_from')?.format('YYYY-MM-DD') });
  const needed = [{ required: true, message: t('common.required') }];
  const wrong = save.error ? Object.entries(asApiError(save.error).fields) : [];
  const at = (name: keyof DutySettings) => ['settings', name];
  return (
    <Drawer open size={680} title={old ? t('duties.edit', { name: text.name(edited) }) : t('duties.create')} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={tryIt}>{t('duties.dryRun')}</Button><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button></div>}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} description={wrong.length > 0 && <ul>{wrong.map(([k, v]) => <li key={k}><code>{k}</code> {v}</li>)}</ul>} />}
      <Form<Values> form={form} layout="vertical" onFinish={(v) => save.mutate({ ...v, settings: whole() })}
        initialValues={{ ...edited, reason: '', applies_from: dayjs(), settings: { ...edited.settings, program_id: edited.settings.program_id === nobody ? undefined : edited.settings.program_id || undefined } }}>
        {!old && (
          <div className="duty-fields">
            <Form.Item name="code" label={t('duties.code')} rules={needed} extra={t('duties.codeMeans')}><Input /></Form.Item>
            <Form.Item name="name_zh" label={t('duties.nameZh')} rules={needed}><Input /></Form.Item>
            <Form.Item name="name_en" label={t('duties.nameEn')} rules={needed}><Input /></Form.Item>
          </div>
        )}
        <div className="duty-fields">
          <Form.Item name="applies_from" label={t('duties.from')} rules={needed} extra={t('duties.fromMeans')}><DatePicker className="wide" allowClear={false} /></Form.Item>
          <Form.Item name={at('enabled')} label={t('duties.enabled')} valuePropName="checked"><Switch /></Form.Item>
          <Form.Item name={at('priority')} label={t('duties.priority')} rules={needed} extra={t('duties.priorityMeans')}><InputNumber className="wide" min={1} max={9} precision={0} /></Form.Item>
        </div>
        {old && <Form.Item name="reason" label={t('duties.reason')} rules={needed}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>}
        <h3 className="duty-part">{t('duties.when')}</h3>
        <Form.Item name={at('trigger')} label={t('duties.trigger')}><Select disabled={Boolean(old)} options={options('triggerOf')} /></Form.Item>
        {trigger === 'event' && <Form.Item name={at('events')} label={t('duties.events')} rules={needed}><Select mode="multiple" options={options('eventOf')} optionFilterProp="label" /></Form.Item>}
        {trigger === 'festival' && <Form.Item name={at('festivals')} label={t('duties.festivals')} rules={needed}><Select mode="multiple" options={options('festivalOf')} optionFilterProp="label" /></Form.Item>}
        {trigger === 'monthly' && <Form.Item name={at('per_month')} label={t('duties.perMonth')} rules={needed} extra={t('duties.perMonthMeans')}><InputNumber className="wide" min={1} max={10} precision={0} /></Form.Item>}
        {trigger !== 'monthly' && <Stages several={trigger === 'event'} />}
        {trigger === 'event' && (
          <>
            <Form.Item name={at('repeat')} label={t('duties.repeat')}><OffsetInput label={t('duties.repeat')} optional /></Form.Item>
            <Form.Item name={at('cooling_off')} valuePropName="checked" noStyle><Checkbox>{t('duties.coolingOff')}</Checkbox></Form.Item>
            {cooling && <Form.Item name={at('cooling_off_days')} label={t('duties.coolingOffDays')}><InputNumber className="wide" min={0} max={365} precision={0} /></Form.Item>}
            <div><Form.Item name={at('before_commissioning')} valuePropName="checked" noStyle><Checkbox>{t('duties.beforeCommissioning')}</Checkbox></Form.Item></div>
          </>
        )}
        <div className="duty-fields gap-above">
          <Form.Item name={at('grace_days')} label={t('duties.graceDays')} extra={t('duties.graceMeans')}><InputNumber className="wide" min={0} max={365} precision={0} /></Form.Item>
          <Form.Item name={at('target_percent')} label={t('duties.target')} rules={needed}><InputNumber className="wide" min={1} max={100} precision={0} /></Form.Item>
        </div>
        <h3 className="duty-part">{t('duties.how')}</h3>
        <div className="duty-fields">
          <Form.Item name={at('channel')} label={t('duties.channel')} rules={needed}><Select options={options('channelOf')} /></Form.Item>
          <Form.Item name={at('also_channel')} label={t('duties.alsoChannel')}><Select options={[{ value: '', label: t('duties.none') }, ...options('channelOf')]} /></Form.Item>
          <Form.Item name={at('visit_from')} label={t('duties.visitFrom')} extra={t('duties.visitFromMeans')}><InputNumber className="wide" min={0} step={100000} /></Form.Item>
        </div>
        <Form.Item name={at('program_id')} label={t('duties.program')} rules={needed}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={(programs.data?.programs ?? []).map((p) => ({ value: p.id, label: english ? p.name_en : p.name_zh }))} />
        </Form.Item>
        <Form.Item name={at('purpose_zh')} label={t('duties.purposeZh')} rules={needed}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
        <Form.Item name={at('purpose_en')} label={t('duties.purposeEn')} rules={needed}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
        <h3 className="duty-part">{t('duties.who')}</h3>
        <div className="duty-fields">
          <Form.Item name={at('kinds')} label={t('duties.kinds')}><Select mode="multiple" placeholder={t('duties.all')} options={options('kindOf')} /></Form.Item>
          <Form.Item name={at('grades')} label={t('duties.grades')}><Select mode="tags" open={false} suffixIcon={null} placeholder={t('duties.all')} /></Form.Item>
          <Form.Item name={at('min_amount')} label={t('duties.minAmount')}><InputNumber className="wide" min={0} step={100000} /></Form.Item>
        </div>
        <Form.Item name={at('running_contract')} valuePropName="checked"><Checkbox>{t('duties.runningContract')}</Checkbox></Form.Item>
      </Form>
    </Drawer>
  );
}

/** The call-backs that an event brings, each with its days. */
function Stages({ several }: { several: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.List name={['settings', 'stages']}>
      {(fields, { add, remove }) => (
        <fieldset className="duty-stages">
          <legend>{t('duties.stages')}</legend>
          {(several ? fields : fields.slice(0, 1)).map((f, i) => (
            <div key={f.key} className="duty-stage" role="group" aria-label={t('duties.stage', { n: i + 1 })}>
              <Form.Item name={[f.name, 'due']} label={t('duties.due')}><OffsetInput label={t('duties.due')} /></Form.Item>
              <Form.Item name={[f.name, 'soft']} label={t('duties.soft')}><DeadlineInput label={t('duties.soft')} /></Form.Item>
              <Form.Item name={[f.name, 'hard']} label={t('duties.hard')}><DeadlineInput label={t('duties.hard')} /></Form.Item>
              {several && fields.length > 1 && <Button size="small" onClick={() => remove(f.name)}>{t('duties.removeStage', { n: i + 1 })}</Button>}
            </div>
          ))}
          {several && <Button size="small" onClick={() => add({ due: { n: 0, unit: 'day' }, hard: { n: 5, unit: 'working_day', from: 'event' } })}>{t('duties.addStage')}</Button>}
        </fieldset>
      )}
    </Form.List>
  );
}
