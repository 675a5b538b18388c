import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Drawer, Input, InputNumber, Radio, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { useDepartments } from '@/api/queries';
import { customerKinds, planChoices, type PlanCriteria, type PlanDetail, type PlanPreview } from '@/api/types';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Tag } from '@/components/StateTag';
import { useWord } from '@/i18n';
import { usePlanAct } from './act';
import { CustomerTable } from './CustomerTable';

const looksBack = new Set(['low_satisfaction', 'need_of_service', 'long_without_contact']);

/** Chooses a plan's customers: how, from whom, and who that would be, before it is kept. Rule C-12. */
export function SelectionDrawer({ plan, onClose }: { plan: PlanDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const [criteria, setCriteria] = useState<PlanCriteria>(plan.selection?.criteria ?? { choice: 'random', size: 20 });
  const preview = useMutation({ mutationFn: (c: PlanCriteria) => api.post<PlanPreview>(`/plans/${plan.id}/selection/preview`, c) });
  const keep = usePlanAct<PlanCriteria>(`/plans/${plan.id}/selection`, 'put', onClose);
  const set = (part: Partial<PlanCriteria>) => { preview.reset(); keep.reset(); setCriteria((c) => ({ ...c, ...part })); };
  const err = keep.error ?? preview.error;
  const seen = preview.data;
  return (
    <Drawer open size={760} title={t('plans.choose')} onClose={onClose}
      footer={<div className="drawer-foot">
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button loading={preview.isPending} onClick={() => preview.mutate(criteria)}>{t('plans.preview')}</Button>
        <Button type="primary" loading={keep.isPending} disabled={!seen || seen.chosen === 0} onClick={() => seen && keep.mutate(seen.criteria)}>{t('plans.keep')}</Button>
      </div>}>
      {Boolean(err) && <Alert type="error" showIcon className="gap-below" title={fault(err)} description={Object.entries(asApiError(err).fields).map(([at, text]) => <div key={at}>{at}: {text}</div>)} />}
      <How criteria={criteria} onChange={set} />
      {seen && <Seen preview={seen} />}
    </Drawer>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return <label className="field"><span>{label}</span>{children}</label>;
}

function How({ criteria: c, onChange }: { criteria: PlanCriteria; onChange: (part: Partial<PlanCriteria>) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const departments = useDepartments();
  const several = (label: string, value: string[] | undefined, change: (v: string[]) => void, options?: Array<{ value: string; label: string }>) => (
    <Field label={label}><Select mode={options ? 'multiple' : 'tags'} aria-label={label} className="wide" value={value ?? []} onChange={change} options={options ?? []} placeholder={t('plans.any')} tokenSeparators={[',', '，', ' ']} /></Field>
  );
  return (
    <>
      <fieldset className="field"><legend>{t('plans.by')}</legend>
        <Radio.Group value={c.choice} onChange={(e) => onChange({ choice: e.target.value as PlanCriteria['choice'], seed: '' })} options={planChoices.map((v) => ({ value: v, label: word('planChoice', v) }))} />
      </fieldset>
      <p className="faint gap-below">{t(`plans.choiceMeans.${c.choice}`)}</p>
      {c.choice === 'list' ? (
        <Field label={t('plans.codes')}><Input.TextArea rows={5} value={(c.codes ?? []).join('\n')} onChange={(e) => onChange({ codes: e.target.value.split(/[\s,，;；]+/).filter(Boolean) })} /></Field>
      ) : (
        <>
          <div className="plan-grid">
            {several(t('plans.kinds'), c.kinds, (kinds) => onChange({ kinds }), customerKinds.map((k) => ({ value: k, label: word('customerKind', k) })))}
            {several(t('plans.languages'), c.languages, (languages) => onChange({ languages }), (['zh-CN', 'en', 'yue'] as const).map((l) => ({ value: l, label: word('language', l) })))}
            {several(t('plans.grades'), c.grades, (grades) => onChange({ grades }))}
            {several(t('plans.cities'), c.cities, (cities) => onChange({ cities }))}
            <Field label={t('plans.department')}><Select allowClear aria-label={t('plans.department')} className="wide" value={c.department_id ?? undefined} placeholder={t('plans.any')} onChange={(v?: string) => onChange({ department_id: v ?? null })}
              options={departments.data?.departments.map((d) => ({ value: d.id, label: `${d.branch.name} · ${d.name}` })) ?? []} /></Field>
            <Field label={t('plans.government')}><Select allowClear aria-label={t('plans.government')} className="wide" value={c.government === true ? 'yes' : c.government === false ? 'no' : undefined} placeholder={t('plans.any')}
              onChange={(v?: string) => onChange({ government: v ? v === 'yes' : null })} options={[{ value: 'yes', label: word('yesNo', 'yes') }, { value: 'no', label: word('yesNo', 'no') }]} /></Field>
            <Field label={t(c.choice === 'random' ? 'plans.size' : 'plans.most')}><InputNumber aria-label={t(c.choice === 'random' ? 'plans.size' : 'plans.most')} className="wide" min={c.choice === 'random' ? 1 : 0} max={10_000} precision={0} value={c.size ?? 0} onChange={(v) => onChange({ size: v ?? 0 })} /></Field>
            {c.choice === 'random' && <Field label={t('plans.seed')}><Input inputMode="numeric" maxLength={20} value={c.seed ?? ''} placeholder={t('plans.seedDrawn')} onChange={(e) => onChange({ seed: e.target.value.trim() })} /></Field>}
            {c.choice === 'low_satisfaction' && <Field label={t('plans.scoreBelow')}><InputNumber aria-label={t('plans.scoreBelow')} className="wide" min={1} max={100} precision={0} value={c.score_below || 100} onChange={(v) => onChange({ score_below: v ?? 0 })} /></Field>}
            {looksBack.has(c.choice) && <Field label={t(c.choice === 'long_without_contact' ? 'plans.daysWithout' : 'plans.daysBack')}><InputNumber aria-label={t(c.choice === 'long_without_contact' ? 'plans.daysWithout' : 'plans.daysBack')} className="wide" min={1} max={3660} precision={0} value={c.days || 365} onChange={(v) => onChange({ days: v ?? 0 })} /></Field>}
          </div>
        </>
      )}
      <Checkbox checked={c.repeat ?? false} onChange={(e) => onChange({ repeat: e.target.checked })}>{t('plans.repeat')}</Checkbox>
    </>
  );
}

/** Who would be chosen. */
function Seen({ preview: p }: { preview: PlanPreview }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="plan-seen" aria-label={t('plans.preview')} aria-live="polite">
      <Facts columns={3} rows={[
        [t('plans.population'), <span key="p" className="num">{p.population}</span>],
        [t('plans.fitting'), <span key="f" className="num">{p.fitting}{p.busy > 0 && ` (${t('plans.busy', { n: p.busy })})`}</span>],
        [t('plans.chosen'), <strong key="c" className="num">{p.chosen}</strong>],
        [t('plans.seed'), p.criteria.seed ? <span key="s" className="num">{p.criteria.seed}</span> : ''],
      ]} />
      {p.barred.length > 0 && <p className="row gap-below">{p.barred.map((b) => <Tag key={b.obstacle} tone="amber">{word('planObstacle', b.obstacle)} {b.count}</Tag>)}</p>}
      {p.chosen > 0 && <CustomerTable rows={p.customers} preview />}
      {p.chosen > p.customers.length && <p className="faint">{t('plans.first', { n: p.customers.length })}</p>}
    </section>
  );
}
