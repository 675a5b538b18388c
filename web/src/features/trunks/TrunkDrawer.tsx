import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, InputNumber, Popconfirm, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { outcomes, type Trunk, type TrunkInput } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';
import { fixed, inputOf, valuesOf, type Values } from './values';

const transports = ['udp', 'tcp', 'tls'] as const;
const policies = ['off', 'optional', 'mandatory'] as const;

/** Makes a trunk, or changes one. Rules T-07, T-14. */
export function TrunkDrawer({ trunk, onClose }: { trunk: Trunk | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const done = () => {
    void message.success(t('common.saved'));
    void queries.invalidateQueries({ queryKey: keys.trunks });
    onClose();
  };
  const save = useMutation({
    mutationFn: (values: Values) => {
      const input = inputOf(trunk, values) satisfies TrunkInput;
      return trunk ? api.put<Trunk>(`/trunks/${trunk.id}`, input) : api.post<Trunk>('/trunks', input);
    },
    onSuccess: done,
    onError: (err) => form.setFields(Object.entries(asApiError(err).fields).map(([name, text]) => ({ name: name as keyof Values, errors: [text] }))),
  });
  const remove = useMutation({ mutationFn: (id: string) => api.delete(`/trunks/${id}`), onSuccess: done });
  const failed = save.error ?? remove.error;
  return (
    <Drawer open size={520} title={trunk ? t('trunks.change', { name: trunk.name }) : t('trunks.new')} onClose={onClose} destroyOnHidden
      footer={
        <div className="drawer-foot">
          {trunk?.source === 'page' && (
            <Popconfirm title={t('trunks.removeMeans')} okText={t('trunks.remove')} cancelText={t('common.cancel')} onConfirm={() => remove.mutate(trunk.id)}>
              <Button danger className="trunk-remove" loading={remove.isPending}>{t('trunks.remove')}</Button>
            </Popconfirm>
          )}
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button>
        </div>
      }>
      {trunk?.source === 'config' && <Alert type="info" showIcon className="gap-below" title={t('trunks.fromFile')} />}
      {failed && <Alert type="error" showIcon className="gap-below" title={fault(failed)} />}
      <Form<Values> form={form} layout="vertical" initialValues={valuesOf(trunk)} onFinish={(values) => save.mutate(values)} scrollToFirstError={{ focus: true }}>
        <Way trunk={trunk} />
        <Numbers trunk={trunk} />
        <Limits />
        <Admission trunk={trunk} />
        <Outcomes trunk={trunk} />
      </Form>
    </Drawer>
  );
}

interface Part { trunk: Trunk | null }

function Group({ title, children }: { title: string; children: ReactNode }) {
  return <fieldset className="trunk-group"><legend>{title}</legend>{children}</fieldset>;
}

/** Where it is, and who we are there. */
function Way({ trunk }: Part) {
  const { t } = useTranslation();
  const word = useWord();
  const off = (field: keyof Values) => fixed(trunk, field);
  const required = [{ required: true, message: t('common.required') }];
  const register = Form.useWatch<boolean | undefined>('register') ?? trunk?.register;
  const transport = Form.useWatch<string | undefined>('transport') ?? trunk?.transport;
  const srtp = Form.useWatch<string | undefined>('srtp') ?? trunk?.srtp ?? 'off';
  const hint = srtp === 'off' ? 'trunks.srtpOff' : transport === 'tls' ? 'trunks.srtpHint' : 'trunks.srtpExposed';
  return (
    <Group title={t('trunks.way')}>
      <div className="trunk-pair">
        <Form.Item name="name" label={t('trunks.name')} rules={required} extra={t('trunks.nameHint')}><Input disabled={off('name')} autoComplete="off" spellCheck={false} /></Form.Item>
        <Form.Item name="transport" label={t('trunks.transport')}><Select disabled={off('transport')} options={transports.map((v) => ({ value: v, label: word('transport', v) }))} /></Form.Item>
      </div>
      <Form.Item name="address" label={t('trunks.address')} rules={required} extra={t('trunks.addressHint')}><Input disabled={off('address')} autoComplete="off" spellCheck={false} /></Form.Item>
      <div className="trunk-pair">
        <Form.Item name="srtp" label={t('trunks.srtp')} extra={t(hint)}><Select disabled={off('srtp')} options={policies.map((v) => ({ value: v, label: word('srtp', v) }))} /></Form.Item>
        <Form.Item name="username" label={t('trunks.username')}><Input disabled={off('username')} autoComplete="off" spellCheck={false} /></Form.Item>
        <Form.Item name="domain" label={t('trunks.domain')} extra={t('trunks.domainHint')}><Input disabled={off('domain')} autoComplete="off" spellCheck={false} /></Form.Item>
        <Form.Item name="password" label={t('trunks.password')} extra={t(trunk?.has_password ? 'trunks.passwordKept' : 'trunks.passwordNone')}><Input.Password disabled={off('password')} autoComplete="new-password" /></Form.Item>
        {trunk?.has_password && <Form.Item name="forget" label={t('trunks.forget')} valuePropName="checked"><Switch disabled={off('password')} /></Form.Item>}
      </div>
      <div className="trunk-pair">
        <Form.Item name="register" label={t('trunks.register')} valuePropName="checked" extra={t('trunks.registerHint')}><Switch disabled={off('register')} /></Form.Item>
        {register && <Form.Item name="register_expires_s" label={t('trunks.registerExpires')} extra={t('trunks.zeroDefault')}><InputNumber className="wide" disabled={off('register_expires_s')} min={0} max={86400} precision={0} /></Form.Item>}
      </div>
    </Group>
  );
}

/** What customers see, and how their numbers are written for the carrier. */
function Numbers({ trunk }: Part) {
  const { t } = useTranslation();
  const off = (field: keyof Values) => fixed(trunk, field);
  return (
    <Group title={t('trunks.numbers')}>
      <div className="trunk-pair">
        <Form.Item name="caller_id" label={t('trunks.callerId')}><Input disabled={off('caller_id')} autoComplete="off" /></Form.Item>
        <Form.Item name="caller_ids" label={t('trunks.callerIds')} extra={t('trunks.callerIdsHint')}><Select mode="tags" open={false} suffixIcon={null} disabled={off('caller_ids')} /></Form.Item>
        <Form.Item name="strip_prefix" label={t('trunks.strip')}><Input disabled={off('strip_prefix')} autoComplete="off" /></Form.Item>
        <Form.Item name="add_prefix" label={t('trunks.add')}><Input disabled={off('add_prefix')} autoComplete="off" /></Form.Item>
      </div>
      <Form.List name="rewrites">
        {(rows, { add, remove }) => (
          <Form.Item label={t('trunks.rewrites')} extra={t('trunks.rewritesHint')}>
            {rows.map(({ key, name }) => (
              <div key={key} className="trunk-row">
                <Form.Item name={[name, 'prefix']} noStyle><Input aria-label={t('trunks.rewritePrefix')} placeholder={t('trunks.rewritePrefix')} /></Form.Item>
                <span aria-hidden="true">→</span>
                <Form.Item name={[name, 'with']} noStyle initialValue=""><Input aria-label={t('trunks.rewriteWith')} placeholder={t('trunks.rewriteWith')} /></Form.Item>
                <Button icon={<DeleteOutlined />} aria-label={t('trunks.removeRow')} onClick={() => remove(name)} />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ prefix: '', with: '' })}>{t('trunks.addRewrite')}</Button>
          </Form.Item>
        )}
      </Form.List>
      <Form.Item name="probe_number" label={t('trunks.probeNumber')} extra={t('trunks.probeNumberHint')}><Input autoComplete="off" /></Form.Item>
    </Group>
  );
}

/** Whether, when and how much it is used. */
function Limits() {
  const { t } = useTranslation();
  return (
    <Group title={t('trunks.limits')}>
      <Form.Item name="enabled" label={t('trunks.enabled')} valuePropName="checked" extra={t('trunks.enabledHint')}><Switch /></Form.Item>
      <div className="trunk-pair">
        <Form.Item name="priority" label={t('trunks.priority')} extra={t('trunks.priorityHint')}><InputNumber className="wide" min={0} max={65535} precision={0} /></Form.Item>
        <Form.Item name="weight" label={t('trunks.weight')} extra={t('trunks.weightHint')}><InputNumber className="wide" min={0} max={65535} precision={0} /></Form.Item>
        <Form.Item name="max_calls" label={t('trunks.maxCalls')} extra={t('trunks.zeroUnlimited')}><InputNumber className="wide" min={0} max={10000} precision={0} /></Form.Item>
        <Form.Item name="calls_per_second" label={t('trunks.rate')} extra={t('trunks.zeroUnlimited')}><InputNumber className="wide" min={0} max={1000} /></Form.Item>
      </div>
    </Group>
  );
}

/** Who may send us SIP and voice. */
function Admission({ trunk }: Part) {
  const { t } = useTranslation();
  return (
    <Group title={t('trunks.admission')}>
      <Form.Item name="sources" label={t('trunks.sources')} extra={t('trunks.sourcesHint')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} disabled={fixed(trunk, 'sources')} /></Form.Item>
      <Form.Item name="media_sources" label={t('trunks.mediaSources')} extra={t('trunks.mediaSourcesHint')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', ' ']} disabled={fixed(trunk, 'media_sources')} /></Form.Item>
    </Group>
  );
}

/** What this carrier means by a SIP code. */
function Outcomes({ trunk }: Part) {
  const { t } = useTranslation();
  const word = useWord();
  const off = fixed(trunk, 'outcomes');
  return (
    <Group title={t('trunks.outcomes')}>
      <p className="faint">{t('trunks.outcomesHint')}</p>
      <Form.List name="outcomes">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <div key={key} className="trunk-row">
                <Form.Item name={[name, 'code']} noStyle><InputNumber aria-label={t('trunks.code')} placeholder={t('trunks.code')} min={300} max={699} precision={0} disabled={off} /></Form.Item>
                <span aria-hidden="true">→</span>
                <Form.Item name={[name, 'outcome']} noStyle><Select aria-label={t('trunks.outcome')} className="wide" disabled={off} options={outcomes.map((o) => ({ value: o, label: word('outcome', o) }))} /></Form.Item>
                <Button icon={<DeleteOutlined />} aria-label={t('trunks.removeRow')} disabled={off} onClick={() => remove(name)} />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} disabled={off} onClick={() => add({ code: 403, outcome: 'rejected' })}>{t('trunks.addOutcome')}</Button>
          </>
        )}
      </Form.List>
    </Group>
  );
}
