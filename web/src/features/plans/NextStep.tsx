import { Alert, Button, Input, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlanAgents } from '@/api/queries';
import type { PlanDetail } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Panel } from '@/components/Page';
import { usePlanAct, useWrites } from './act';

/** What whoever looks may do now. Rule C-02. */
export function NextStep({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const me = useMe();
  const writes = useWrites(p);
  const head = hasRole(me, 'records_head', 'administrator');
  switch (p.state) {
    case 'draft':
    case 'returned':
      return writes ? <Submit plan={p} /> : <Waits text={t('plans.waits.branch')} />;
    case 'submitted':
      if (head && p.own) return <Waits text={t('plans.waits.own')} />;
      return head ? <Decide plan={p} /> : <Waits text={t('plans.waits.decision')} />;
    case 'approved':
      return head ? <Simple plan={p} path="file" text={t('plans.fileMeans')} label={t('plans.file')} /> : <Waits text={t('plans.waits.filing')} />;
    case 'filed':
      if (!writes) return <Waits text={t('plans.waits.start')} />;
      return <Simple plan={p} path="start" text={t(p.rehearsed ? 'plans.startMeans' : 'plans.rehearseFirst')} label={t('plans.start')} disabled={!p.rehearsed} />;
    case 'running':
      return writes ? <><Join plan={p} /><Close plan={p} /></> : null;
    default:
      return null;
  }
}

function Waits({ text }: { text: string }) {
  const { t } = useTranslation();
  return <Panel title={t('plans.next')}><p className="faint">{text}</p></Panel>;
}

function Step({ title, text, error, children }: { title: string; text: string; error: unknown; children: ReactNode }) {
  const fault = useFaultText();
  return (
    <Panel title={title}>
      <div>
        <p className="faint gap-below">{text}</p>
        {Boolean(error) && <Alert type="error" showIcon className="gap-below" title={fault(error)} />}
        {children}
      </div>
    </Panel>
  );
}

function Simple({ plan: p, path, text, label, disabled = false }: { plan: PlanDetail; path: 'file' | 'start'; text: string; label: string; disabled?: boolean }) {
  const { t } = useTranslation();
  const act = usePlanAct<object>(`/plans/${p.id}/${path}`);
  return <Step title={t('plans.next')} text={text} error={act.error}><Button type="primary" disabled={disabled} loading={act.isPending} onClick={() => act.mutate({})}>{label}</Button></Step>;
}

function Submit({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const act = usePlanAct<object>(`/plans/${p.id}/submit`);
  const missing = p.figures.customers === 0 ? t('plans.needCustomers') : p.agents.length === 0 ? t('plans.needAgents') : '';
  return <Step title={t('plans.next')} text={missing || t('plans.submitMeans')} error={act.error}><Button type="primary" disabled={Boolean(missing)} loading={act.isPending} onClick={() => act.mutate({})}>{t('plans.submit')}</Button></Step>;
}

function Words({ label, value, onChange, needed = false }: { label: string; value: string; onChange: (v: string) => void; needed?: boolean }) {
  return <label className="field"><span>{label}{needed && <span className="needed" aria-hidden="true">*</span>}</span><Input.TextArea rows={2} maxLength={3000} value={value} onChange={(e) => onChange(e.target.value)} /></label>;
}

function Decide({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const [opinion, setOpinion] = useState('');
  const approve = usePlanAct<object>(`/plans/${p.id}/approve`);
  const giveBack = usePlanAct<object>(`/plans/${p.id}/return`);
  return (
    <Step title={t('plans.decide')} text={t('plans.decideMeans')} error={approve.error ?? giveBack.error}>
      <Words label={t('plans.opinion')} value={opinion} onChange={setOpinion} />
      <span className="row">
        <Button type="primary" loading={approve.isPending} onClick={() => approve.mutate({ opinion })}>{t('plans.approve')}</Button>
        <Button disabled={!opinion.trim()} loading={giveBack.isPending} onClick={() => giveBack.mutate({ opinion })}>{t('plans.return')}</Button>
      </span>
    </Step>
  );
}

/** Customers whom nobody may call are given out again, maybe to an agent who joins. */
function Join({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const agents = usePlanAgents(p.figures.barred > 0);
  const [agent, setAgent] = useState('');
  const [reason, setReason] = useState('');
  const act = usePlanAct<object>(`/plans/${p.id}/agents`);
  if (p.figures.barred === 0) return null;
  const others = agents.data?.agents.filter((a) => !p.agents.some((x) => x.id === a.id)) ?? [];
  return (
    <Step title={t('plans.join')} text={t('plans.joinMeans', { n: p.figures.barred })} error={act.error}>
      <label className="field"><span>{t('plans.joins')}</span><Select className="plan-joins" aria-label={t('plans.joins')} value={agent} onChange={setAgent} options={[{ value: '', label: t('plans.nobodyJoins') }, ...others.map((a) => ({ value: a.id, label: `${a.name} · ${a.department}` }))]} /></label>
      {agent && <Words needed label={t('plans.reason')} value={reason} onChange={setReason} />}
      <Button disabled={Boolean(agent) && !reason.trim()} loading={act.isPending} onClick={() => act.mutate(agent ? { agent_id: agent, reason } : {})}>{t('plans.giveOut')}</Button>
    </Step>
  );
}

function Close({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const act = usePlanAct<object>(`/plans/${p.id}/close`);
  return (
    <Step title={t('plans.close')} text={t('plans.closeMeans')} error={act.error}>
      <Words needed label={t('plans.closingNote')} value={note} onChange={setNote} />
      <Button disabled={!note.trim()} loading={act.isPending} onClick={() => act.mutate({ note })}>{t('plans.close')}</Button>
    </Step>
  );
}
