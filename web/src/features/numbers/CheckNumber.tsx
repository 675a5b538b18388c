import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { usePrograms } from '@/api/queries';
import type { NumberAnswer } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { useLanguage, useWord } from '@/i18n';

interface Values { number: string; program_id?: string }

/** Says what would become of a number as typed. Nothing is dialled; the number is in no address. */
export function CheckNumber() {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const programs = usePrograms();
  const fault = useFaultText();
  const check = useMutation({ mutationFn: (v: Values) => api.post<NumberAnswer>('/number-rules/check', v) });
  const required = [{ required: true, message: t('common.required') }];
  return (
    <Panel title={t('numbers.check')} extra={<span className="faint">{t('numbers.notDialled')}</span>} className="numbers-check">
      <search>
        <Form<Values> layout="inline" onFinish={(v) => check.mutate(v)}>
          <Form.Item name="number" label={t('numbers.number')} rules={required}><Input autoComplete="off" spellCheck={false} maxLength={60} inputMode="tel" /></Form.Item>
          <Form.Item name="program_id" label={t('numbers.program')}>
            <Select allowClear className="numbers-program" options={programs.data?.programs.map((p) => ({ value: p.id, label: english ? p.name_en : p.name_zh }))} />
          </Form.Item>
          <Button htmlType="submit" loading={check.isPending}>{t('numbers.ask')}</Button>
        </Form>
      </search>
      {check.error && <Alert type="error" showIcon className="numbers-answer" title={fault(check.error)} />}
      <div role="status" aria-label={t('numbers.checked')}>{check.data && <Answer of={check.data} />}</div>
    </Panel>
  );
}

function Answer({ of: a }: { of: NumberAnswer }) {
  const { t } = useTranslation();
  const word = useWord();
  if (!a.valid) return <p className="numbers-answer">{t('numbers.invalid')}</p>;
  return (
    <dl className="numbers-answer">
      <dt>{t('numbers.may')}</dt><dd><Tag tone={a.allowed ? 'green' : 'red'}>{t(a.allowed ? 'numbers.allow' : 'numbers.closed')}</Tag> {word('numberClass', a.class)}</dd>
      <dt>{t('numbers.decided')}</dt><dd>{t(`numbers.by_${a.decided_by}`, { prefix: a.rule || t('numbers.any') })}</dd>
      <dt>{t('numbers.stored')}</dt><dd className="num">{a.stored}</dd>
      <dt>{t('numbers.national')}</dt><dd className="num">{a.national}</dd>
      <dt>{t('numbers.shown')}</dt><dd className="num">{a.shown}</dd>
      <dt>{t('numbers.ways')}</dt>
      <dd>
        {a.ways.length === 0 && t('numbers.noWays')}
        {a.ways.map((w) => <div key={w.trunk} className="num">{w.dialled ? t('numbers.over', { trunk: w.trunk, dialled: w.dialled, caller: w.caller_id || t('numbers.noCaller') }) : t('numbers.cannot', { trunk: w.trunk })}{!w.up && t('numbers.down')}</div>)}
      </dd>
    </dl>
  );
}
