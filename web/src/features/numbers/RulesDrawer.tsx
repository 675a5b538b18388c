import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import type { NumberRule, NumberRules, NumberVersion } from '@/api/types';
import { useFaultText } from '@/components/Fault';

interface Values { rules: NumberRule[]; reason: string }

/** What the server says of a value, as a word that has a text in every language. */
function wrongOf(message: string): 'emergency' | 'effect' | 'form' | 'same' | 'reason' | 'many' {
  if (message.startsWith('an emergency')) return 'emergency';
  if (message.startsWith('has no effect')) return 'effect';
  if (message.startsWith('are as they were')) return 'same';
  if (message.startsWith('there are at most')) return 'many';
  return message.includes('characters say why') ? 'reason' : 'form';
}

/** Makes the next version of the company's rules, with its reason. */
export function RulesDrawer({ from, onClose }: { from: NumberVersion; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (v: Values) => api.put<NumberRules>('/number-rules', { seen: from.version, rules: v.rules.map((r) => ({ prefix: r.prefix.trim(), allow: r.allow })), reason: v.reason }),
    onSuccess: (data) => {
      void message.success(t('common.saved'));
      queries.setQueryData(keys.numbers, data);
      onClose();
    },
  });
  const fields = save.error ? asApiError(save.error).fields : {};
  const said = Object.entries(fields).map(([where, text]) => {
    const place = /^rules\[(\d+)\]/.exec(where);
    return `${place ? `${t('numbers.rule')} ${Number(place[1]) + 1}: ` : ''}${t(`numbers.wrong.${wrongOf(text)}`)}`;
  });
  const required = [{ required: true, message: t('common.required') }];
  return (
    <Drawer open size={460} title={t('numbers.edit')} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={save.isPending} onClick={() => form.submit()}>{t('common.save')}</Button></div>}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} description={said.length > 0 ? said.map((s) => <div key={s}>{s}</div>) : undefined} />}
      <Form<Values> form={form} layout="vertical" initialValues={{ rules: from.rules, reason: '' }} onFinish={(v) => save.mutate(v)}>
        <Form.List name="rules">
          {(rows, { add, remove }) => (
            <Form.Item label={t('numbers.house')} extra={t('numbers.prefixHint')}>
              {rows.map(({ key, name }) => (
                <div key={key} className="numbers-row">
                  <Form.Item name={[name, 'prefix']} rules={required} noStyle><Input aria-label={t('numbers.prefix')} placeholder={t('numbers.prefix')} autoComplete="off" maxLength={16} /></Form.Item>
                  <Form.Item name={[name, 'allow']} valuePropName="checked" noStyle><Switch aria-label={t('numbers.allow')} checkedChildren={t('numbers.allow')} unCheckedChildren={t('numbers.closed')} /></Form.Item>
                  <Button size="small" onClick={() => remove(name)} aria-label={t('numbers.take', { n: name + 1 })}>✕</Button>
                </div>
              ))}
              <Button size="small" onClick={() => add({ prefix: '', allow: true })}>{t('numbers.add')}</Button>
            </Form.Item>
          )}
        </Form.List>
        <Form.Item name="reason" label={t('numbers.reason')} rules={required}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
      </Form>
    </Drawer>
  );
}
