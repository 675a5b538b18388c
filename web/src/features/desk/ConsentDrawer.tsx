import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Consent, CustomerConsents, NewConsent } from '@/api/types';
import { fromWall, toWall } from '@/app/time';
import { hasRole, useMe, useSite } from '@/app/session';
import { Load, Nothing } from '@/components/Load';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';

export const useConsents = (customer: string) => useQuery({ queryKey: keys.consents(customer), queryFn: ({ signal }) => api.get<CustomerConsents>(`/customers/${customer}/consents`, undefined, signal) });

const purposes = ['service', 'survey', 'marketing', 'any'] as const;
const proofs = ['contract', 'form', 'recording', 'message', 'other'] as const;

/** A customer's consents with their proof, and the named groups that hours go by. Rules T-05, T-14. */
export function ConsentDrawer({ customer, name, onClose }: { customer: string; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const keeper = hasRole(useMe(), 'supervisor', 'administrator');
  const data = useConsents(customer);
  return (
    <Drawer open size={440} title={t('consent.title', { name })} onClose={onClose} destroyOnHidden>
      <Load query={data} rows={6}>
        {(c) => (
          <>
            {c.consents.length === 0 ? <Nothing text={t('consent.none')} /> : <ul className="consents">{c.consents.map((k) => <One key={k.id} customer={customer} consent={k} />)}</ul>}
            {keeper && <Add customer={customer} />}
            {keeper && <Groups customer={customer} groups={c.groups} />}
          </>
        )}
      </Load>
    </Drawer>
  );
}

function useSend(customer: string) {
  const queries = useQueryClient();
  return (data: CustomerConsents) => {
    queries.setQueryData(keys.consents(customer), data);
    void queries.invalidateQueries({ queryKey: ['task'] });
  };
}

function One({ customer, consent: k }: { customer: string; consent: Consent }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const took = useSend(customer);
  const [reason, setReason] = useState<string | null>(null);
  const withdraw = useMutation({ mutationFn: () => api.post<CustomerConsents>(`/customers/${customer}/consents/${k.id}/withdraw`, { reason: (reason ?? '').trim() }), onSuccess: took });
  const stands = k.state === 'valid' || k.state === 'not_yet';
  return (
    <li data-state={k.state}>
      <span className="row"><strong>{word('consentPurpose', k.purpose)}</strong><StateTag group="consentState" value={k.state} />
        {stands && reason === null && <Button type="link" size="small" onClick={() => setReason('')}>{t('consent.withdraw')}</Button>}</span>
      <div><TimeText at={k.from} kind="day" /> – {k.until ? <TimeText at={k.until} kind="day" /> : t('consent.noEnd')}</div>
      <div className="faint">{word('consentProof', k.proof)}：{k.proof_ref} · {k.recorded_by.name} <TimeText at={k.recorded_at} /></div>
      {k.withdrawn_at && <div className="faint">{t('consent.withdrawn')} <TimeText at={k.withdrawn_at} /> · {k.withdraw_reason}</div>}
      {reason !== null && stands && (
        <div className="row">
          <Input aria-label={t('consent.reason')} placeholder={t('consent.reason')} value={reason} maxLength={150} onChange={(e) => setReason(e.target.value)} />
          <Button danger disabled={!reason.trim()} loading={withdraw.isPending} onClick={() => withdraw.mutate()}>{t('consent.withdraw')}</Button>
        </div>
      )}
      {withdraw.error && <Alert type="error" showIcon title={fault(withdraw.error)} />}
    </li>
  );
}

interface Values { purpose: NewConsent['purpose']; proof: NewConsent['proof']; ref: string; from?: string; until?: string }

function Add({ customer }: { customer: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const { zone } = useSite();
  const took = useSend(customer);
  const [form] = Form.useForm<Values>();
  const day = (d: string | undefined, after = 0) => (d ? fromWall(toWall(`${d}T00:00:00Z`, 'UTC').add(after, 'day'), zone) : null);
  const add = useMutation({
    mutationFn: (v: Values) => api.post<CustomerConsents>(`/customers/${customer}/consents`, { purpose: v.purpose, proof: v.proof, proof_ref: v.ref, from: day(v.from), until: day(v.until, 1) } satisfies NewConsent),
    onSuccess: (data) => {
      took(data);
      form.resetFields();
    },
  });
  const needed = [{ required: true, message: t('common.required') }];
  return (
    <Form<Values> form={form} layout="vertical" className="consent-form" initialValues={{ purpose: 'service', proof: 'contract' }} onFinish={(v) => add.mutate(v)}>
      <h3>{t('consent.add')}</h3>
      {add.error && <Alert type="error" showIcon className="gap-below" title={fault(add.error)} />}
      <Form.Item name="purpose" label={t('consent.purpose')}><Select options={purposes.map((p) => ({ value: p, label: word('consentPurpose', p) }))} /></Form.Item>
      <Form.Item name="proof" label={t('consent.proof')}><Select options={proofs.map((p) => ({ value: p, label: word('consentProof', p) }))} /></Form.Item>
      <Form.Item name="ref" label={t('consent.ref')} rules={needed}><Input maxLength={150} /></Form.Item>
      <Form.Item name="from" label={t('consent.from')} extra={t('consent.fromMeans')}><Input type="date" /></Form.Item>
      <Form.Item name="until" label={t('consent.until')} extra={t('consent.untilMeans')}><Input type="date" /></Form.Item>
      <Button type="primary" htmlType="submit" loading={add.isPending}>{t('consent.add')}</Button>
    </Form>
  );
}

function Groups({ customer, groups }: { customer: string; groups: string[] }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const took = useSend(customer);
  const save = useMutation({ mutationFn: (next: string[]) => api.put<CustomerConsents>(`/customers/${customer}/groups`, { groups: next }), onSuccess: took });
  return (
    <>
      <h3>{t('consent.groups')}</h3>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} />}
      <Select mode="tags" open={false} suffixIcon={null} className="wide" aria-label={t('consent.groups')} value={groups} loading={save.isPending} tokenSeparators={[',', '，']} onChange={(v: string[]) => save.mutate(v)} />
      <p className="faint">{t('consent.groupsMean')}</p>
    </>
  );
}
