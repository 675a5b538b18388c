import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Form, Input, InputNumber, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import type { MadeToken, NewApiToken } from '@/api/types';
import { Checks } from '@/components/Checks';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';

/** Makes a token and shows its secret, this once. */
export function NewTokenDrawer({ scopes, onClose }: { scopes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [form] = Form.useForm<NewApiToken>();
  const make = useMutation({
    mutationFn: (values: NewApiToken) => api.post<MadeToken>('/tokens', values),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.tokens }),
    onError: (err) => form.setFields(Object.entries(asApiError(err).fields).map(([name, text]) => ({ name: name as keyof NewApiToken, errors: [text] }))),
  });
  const required = { required: true, message: t('common.required') };
  if (make.data) {
    return (
      <Drawer open size={480} title={make.data.token.name} onClose={onClose} footer={<div className="drawer-foot"><Button type="primary" onClick={onClose}>{t('common.done')}</Button></div>}>
        <Alert type="warning" showIcon className="gap-below" title={t('tokens.once')} />
        <Typography.Paragraph className="num" copyable={{ tooltips: [t('tokens.copy'), t('tokens.copied')] }} aria-label={t('tokens.secret')}>{make.data.secret}</Typography.Paragraph>
        <p className="faint">{t('tokens.howTo')}</p>
      </Drawer>
    );
  }
  return (
    <Drawer open size={480} title={t('tokens.new')} onClose={onClose} destroyOnHidden
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" loading={make.isPending} onClick={() => form.submit()}>{t('tokens.make')}</Button></div>}>
      {make.error && <Alert type="error" showIcon className="gap-below" title={fault(make.error)} />}
      <Form<NewApiToken> form={form} layout="vertical" initialValues={{ scopes: [], days: 365, per_minute: 600 }} onFinish={(values) => make.mutate(values)} scrollToFirstError={{ focus: true }}>
        <Form.Item name="name" label={t('tokens.name')} extra={t('tokens.nameMeans')} rules={[required]}><Input autoComplete="off" maxLength={100} /></Form.Item>
        <Form.Item name="scopes" label={t('tokens.scopes')} extra={t('tokens.noSound')} rules={[{ ...required, type: 'array', min: 1 }]}>
          <Checks label={t('tokens.scopes')} options={scopes.map((s) => ({ value: s, label: word('scope', s.replace(':', '_')) }))} />
        </Form.Item>
        <Form.Item name="days" label={t('tokens.days')} rules={[required]}><InputNumber min={1} max={730} /></Form.Item>
        <Form.Item name="per_minute" label={t('tokens.perMinute')} rules={[required]}><InputNumber min={1} max={60000} /></Form.Item>
      </Form>
    </Drawer>
  );
}
