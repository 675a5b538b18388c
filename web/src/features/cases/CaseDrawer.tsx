import { Drawer, Steps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CaseDetail, CaseInterview, CaseStep } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { formatSpan } from '@/app/time';
import { Facts } from '@/components/Facts';
import { Load } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { Attachments } from '@/features/attachments/Attachments';
import { useWord } from '@/i18n';
import { Actions } from './CaseActions';
import { useCase } from './useCases';

/** One case: where it stands, what may be done now, what was signed, its files and its history. Rules C-19, C-20. */
export function CaseDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useCase(id);
  return (
    <Drawer open size={760} title={query.data ? t('cases.one', { number: query.data.number }) : t('cases.title')} onClose={onClose}>
      <Load query={query} rows={10}>
        {(c) => (
          <>
            <About c={c} />
            <Way c={c} />
            <Actions key={`${c.state}-${c.round}`} c={c} />
            <Signed c={c} />
            <Attachments object="case" id={c.id} mayAdd={c.may.includes('attach')} />
            <History c={c} />
          </>
        )}
      </Load>
    </Drawer>
  );
}

function About({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const mayHear = hasRole(me, 'inspector', 'auditor', 'records_head');
  return (
    <Facts
      rows={[
        [t('cases.state'), <span key="s" className="row"><StateTag group="caseState" value={c.state} />{c.overdue && <Tag tone="red">{t('cases.overdue')}</Tag>}{c.round > 1 && t('cases.round', { n: c.round })}</span>],
        [t('cases.kind'), c.kind === 'anomaly' ? `${word('caseKind', c.kind)} · ${word('caseClass', c.class)}` : word('caseKind', c.kind)],
        [t('cases.source'), word('caseSource', c.source)],
        [t('cases.customer'), c.customer.name],
        [t('cases.matter'), <span key="m" className="case-text">{c.matter}</span>],
        [t('cases.concerned'), c.concerned?.name],
        [t('cases.assignee'), c.assignee?.name ?? t('cases.nobody')],
        [t('cases.escalated'), c.escalated.map((u) => u.name).join(' › ')],
        [t('cases.due'), c.state === 'closed' || c.state === 'call_back' ? '' : <TimeText key="d" at={c.due_at} />],
        [t('cases.second'), c.task_id ? <StateTag key="t" group="taskState" value={c.task_state} /> : ''],
        [t('cases.satisfaction'), c.satisfaction ? <StateTag key="v" group="satisfaction" value={c.satisfaction} /> : ''],
        [t('cases.from'), (
          <span key="f" className="row">
            {c.created_by.name} <TimeText at={c.created_at} kind="full" />
            {c.call_id && hasRole(me, 'agent', 'supervisor', 'inspector', 'auditor') && <Link to={`/calls/${c.call_id}`}>{t('cases.call')}</Link>}
            {c.recording_id && mayHear && <Link to={`/recordings/${c.recording_id}${c.offset_ms ? `?at=${c.offset_ms}` : ''}`}>{c.offset_ms === null ? t('cases.recording') : t('cases.jump', { at: formatSpan(c.offset_ms) })}</Link>}
          </span>
        )],
      ]}
    />
  );
}

/** The steps in their order, and the one that is next. */
function Way({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="case-part" aria-label={t('cases.way')}>
      <Steps size="small" titlePlacement="vertical" current={c.line.indexOf(c.state)} status={c.overdue ? 'error' : c.state === 'closed' ? 'finish' : 'process'} items={c.line.map((s) => ({ title: word('caseStep', s) }))} />
    </section>
  );
}

function Signed({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  if (c.steps.length === 0 && c.interviews.length === 0) return null;
  return (
    <section className="case-part" aria-label={t('cases.signed')}>
      <h3>{t('cases.signed')}</h3>
      <ol className="case-steps">
        {c.steps.filter((s) => s.step === 'facts' || s.step === 'reported').map((s) => <Step key={`${s.step}-${s.round}`} step={s} />)}
        {c.interviews.map((i) => <Talk key={i.id} talk={i} />)}
        {c.steps.filter((s) => s.step !== 'facts' && s.step !== 'reported').map((s) => <Step key={`${s.step}-${s.round}`} step={s} />)}
      </ol>
    </section>
  );
}

function Step({ step: s }: { step: CaseStep }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <li>
      <b>{word('caseStep', s.step)}</b>{s.round > 1 && ` (${t('cases.round', { n: s.round })})`} · {t('cases.signedBy', { name: s.by.name })} <TimeText at={s.at} kind="full" />
      <Facts rows={Object.entries(s.content).map(([k, v]) => [word('caseField', k), <span key={k} className="case-text">{v}</span>])} />
    </li>
  );
}

function Talk({ talk: i }: { talk: CaseInterview }) {
  const { t } = useTranslation();
  return (
    <li>
      <b>{t('cases.interview')}</b> · {i.by.name} <TimeText at={i.at} kind="full" />
      <Facts rows={[[t('cases.person'), i.person], [t('cases.heldAt'), <TimeText key="h" at={i.held_at} />], [t('cases.place'), i.place], [t('cases.said'), <span key="c" className="case-text">{i.content}</span>], [t('cases.signatures'), i.signatures.map((g) => g.name).join('、')]]} />
    </li>
  );
}

function History({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const text = (v: unknown) => (typeof v === 'string' ? v : '');
  return (
    <section className="case-part" aria-label={t('cases.history')}>
      <h3>{t('cases.history')}</h3>
      <ol className="case-steps">
        {c.history.map((e, i) => (
          <li key={`${e.at}-${i}`}>
            <TimeText at={e.at} kind="full" /> <b>{word('auditAction', e.action.replace('.', '_'))}</b> {e.by?.name ?? t('cases.system')}
            <div className="faint case-text">{[text(e.detail.step) && word('caseStep', text(e.detail.step)), text(e.detail.assignee), text(e.detail.to), text(e.detail.satisfaction) && word('satisfaction', text(e.detail.satisfaction)), e.reason].filter(Boolean).join(' · ')}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}
