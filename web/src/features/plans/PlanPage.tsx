import { Alert, Button, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { usePlan, usePlanCustomers } from '@/api/queries';
import type { PlanDetail, PlanEvent } from '@/api/types';
import { Facts } from '@/components/Facts';
import { Load } from '@/components/Load';
import { More } from '@/components/More';
import { Page, Panel } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { useWrites } from './act';
import { CustomerTable } from './CustomerTable';
import { NextStep } from './NextStep';
import { PlanEditor } from './PlanEditor';
import { Rehearsals } from './Rehearsals';
import { SelectionDrawer } from './SelectionDrawer';
import './plans.css';

/** One plan: its steps with who and when, what it says, its customers, its rehearsals, how far it is. Rules C-02, C-12, Q-03. */
export default function PlanPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const plan = usePlan(id);
  const title = plan.data ? [plan.data.number, plan.data.title].filter(Boolean).join(' ') : t('plans.title');
  return (
    <Page title={title} note={<Link to="/plans">{t('plans.all')}</Link>}>
      <Load query={plan} rows={10}>{(p) => <div className="plan"><Steps plan={p} /><NextStep key={`${p.state}-${p.round}`} plan={p} /><Content plan={p} /><Customers plan={p} /><Rehearsals plan={p} /><History events={p.history} /></div>}</Load>
    </Page>
  );
}

/** The steps in their order; those to come are faint. */
function Steps({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const decided = p.state === 'returned' ? 'returned' : 'approved';
  const steps = [['draft', p.created], ['submitted', p.submitted], [decided, p.state === 'submitted' ? null : p.decided], ['filed', p.filed], ['running', p.started], ['closed', p.closed]] as const;
  return (
    <Panel label={t('plans.steps')}>
      <ol className="plan-steps">
        {steps.map(([state, mark]) => (
          <li key={state} className={mark ? 'plan-taken' : 'plan-to-come'} {...(state === p.state ? { 'aria-current': 'step' as const } : {})}>
            <StateTag group="planState" value={state} {...(mark ? {} : { tone: 'grey' as const })} />
            {mark ? <div><div>{mark.by.name}</div><TimeText at={mark.at} kind="full" /></div> : <div className="faint">{t('plans.toCome')}</div>}
          </li>
        ))}
      </ol>
      {p.opinion && <p className="plan-opinion"><b>{t('plans.opinion')}</b> {p.opinion}</p>}
      {p.closing_note && <p className="plan-opinion"><b>{t('plans.closingNote')}</b> {p.closing_note}</p>}
    </Panel>
  );
}

function Content({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const english = useLanguage() === 'en';
  const [editing, setEditing] = useState(false);
  const may = useWrites(p) && (p.state === 'draft' || p.state === 'returned');
  return (
    <Panel title={t('plans.content')} extra={may && <Button size="small" onClick={() => setEditing(true)}>{t('common.edit')}</Button>}>
      <Facts columns={3} rows={[
        [t('plans.branch'), p.branch.name],
        [t('plans.program'), english ? p.program_name_en : p.program_name_zh],
        [t('plans.contentKind'), word('contentKind', p.content_kind)],
        [t('plans.method'), word('method', p.method)],
        [t('plans.period'), <span key="p" className="num">{p.from} – {p.until}</span>],
        [t('plans.target'), <span key="t" className="num">{p.target} %</span>],
        [t('plans.agents'), p.agents.map((a) => a.name).join('、') || t('plans.nobody')],
        [t('plans.skill'), p.skill],
        [t('plans.aim'), p.aim],
      ]} />
      {editing && <PlanEditor plan={p} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

const parts = ['all', 'missing', 'barred'] as const;

function Customers({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const [choosing, setChoosing] = useState(false);
  const [part, setPart] = useState<(typeof parts)[number]>('all');
  const rows = usePlanCustomers(p.id, part, p.figures.customers > 0);
  const may = useWrites(p) && (p.state === 'draft' || p.state === 'returned');
  return (
    <Panel title={t('plans.customers')} extra={may && <Button size="small" type={p.figures.customers ? 'default' : 'primary'} onClick={() => setChoosing(true)}>{t('plans.choose')}</Button>}>
      <Chosen plan={p} />
      {p.started && <Progress plan={p} />}
      {p.figures.customers === 0 ? <p className="faint">{t('plans.noCustomers')}</p> : (
        <>
          {p.started && <Radio.Group className="plan-parts" optionType="button" value={part} onChange={(e) => setPart(e.target.value as typeof part)} options={parts.map((v) => ({ value: v, label: t(`plans.part.${v}`) }))} />}
          <Load query={rows} rows={5}>{(data) => { const all = data.pages.flatMap((x) => x.customers); return <><CustomerTable rows={all} /><More query={rows} shown={all.length} /></>; }}</Load>
        </>
      )}
      {choosing && <SelectionDrawer plan={p} onClose={() => setChoosing(false)} />}
    </Panel>
  );
}

/** How the customers were chosen. Rule C-12. */
function Chosen({ plan: { selection: s } }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  if (!s) return null;
  return (
    <Facts columns={3} rows={[
      [t('plans.by'), word('planChoice', s.criteria.choice)],
      [t('plans.seed'), s.criteria.seed ? <span key="s" className="num">{s.criteria.seed}</span> : ''],
      [t('plans.population'), <span key="p" className="num">{t('plans.outOf', { population: s.population, fitting: s.fitting, chosen: s.chosen })}</span>],
      [t('plans.chosenBy'), <span key="m">{s.made.by.name} <TimeText at={s.made.at} kind="full" /></span>],
    ]} />
  );
}

function Progress({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const f = p.figures;
  return (
    <section className="plan-progress" aria-label={t('plans.progress')}>
      <div className="plan-bar" role="img" aria-label={t('plans.reachedOf', { reached: f.reached, target: p.target })}><i style={{ width: `${f.reached}%` }} /><b style={{ insetInlineStart: `${p.target}%` }} /></div>
      <Facts columns={3} rows={([
        ['reached', `${f.reached} %`], ['customers', f.customers], ['done', f.done], ['inTime', f.in_time], ['open', f.open], ['late', f.late], ['dataCheck', f.data_check],
        ['unreachable', f.unreachable], ['otherChannel', f.other_channel], ['cancelled', f.cancelled], ['barred', f.barred],
      ] as const).map(([name, n]) => [t(`plans.figure.${name}`), <span key={name} className="num">{n}</span>] as const)} />
      {f.reached < p.target && p.state === 'running' && <Alert type="info" showIcon title={t('plans.below', { reached: f.reached, target: p.target })} />}
    </section>
  );
}

function History({ events }: { events: PlanEvent[] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <Panel title={t('plans.history')}>
      <ol className="plan-history">
        {events.map((e) => (
          <li key={`${e.at}-${e.action}`}><TimeText at={e.at} kind="full" /> <b>{word('auditAction', e.action.replace('.', '_'))}</b> {e.by?.name}{e.reason && <div className="faint">{e.reason}</div>}</li>
        ))}
      </ol>
    </Panel>
  );
}
