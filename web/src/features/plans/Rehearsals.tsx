import { Alert, Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlanAgents } from '@/api/queries';
import type { PlanDetail, PlanRehearsal } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { serverNow } from '@/app/clock';
import { useFaultText } from '@/components/Fault';
import { Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { WallPicker } from '@/components/WallPicker';
import { usePlanAct, useWrites } from './act';

/** Rehearsals: who, when, what was found, and the signature of somebody else. Rule Q-03. */
export function Rehearsals({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const may = useWrites(p) && (p.state === 'approved' || p.state === 'filed');
  if (p.rehearsals.length === 0 && p.state !== 'approved' && p.state !== 'filed') return null;
  return (
    <Panel title={t('plans.rehearsals')}>
      <div>
        {p.rehearsals.length === 0 && <p className="faint">{t('plans.noRehearsal')}</p>}
        <ol className="plan-history">{p.rehearsals.map((r) => <One key={r.id} plan={p} rehearsal={r} />)}</ol>
        {may && <Note key={p.rehearsals.length} plan={p} />}
      </div>
    </Panel>
  );
}

function One({ plan: p, rehearsal: r }: { plan: PlanDetail; rehearsal: PlanRehearsal }) {
  const { t } = useTranslation();
  const me = useMe();
  const fault = useFaultText();
  const sign = usePlanAct<object>(`/plans/${p.id}/rehearsals/${r.id}/sign`);
  const may = !r.signed && hasRole(me, 'supervisor', 'records_head', 'administrator') && r.noted.by.id !== me.user.id && (p.state === 'approved' || p.state === 'filed');
  return (
    <li>
      <TimeText at={r.held_at} kind="full" /> <Tag tone={r.ready ? 'green' : 'red'}>{t(r.ready ? 'plans.ready' : 'plans.notReady')}</Tag> {r.participants.map((n) => n.name).join('、')}
      <div>{r.findings}</div>
      <div className="faint">{t('plans.notedBy', { name: r.noted.by.name })}{r.signed ? <> · {t('plans.signedBy', { name: r.signed.by.name })} <TimeText at={r.signed.at} kind="full" /></> : ` · ${t('plans.notSigned')}`}</div>
      {sign.error && <Alert type="error" showIcon title={fault(sign.error)} />}
      {may && <Button size="small" loading={sign.isPending} onClick={() => sign.mutate({})}>{t('plans.sign')}</Button>}
    </li>
  );
}

function Note({ plan: p }: { plan: PlanDetail }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const agents = usePlanAgents();
  const [heldAt, setHeldAt] = useState<string | null>(() => new Date(serverNow()).toISOString());
  const [people, setPeople] = useState(p.agents.map((a) => a.id));
  const [findings, setFindings] = useState('');
  const [ready, setReady] = useState(false);
  const note = usePlanAct<object>(`/plans/${p.id}/rehearsals`);
  return (
    <section className="plan-note" aria-label={t('plans.rehearse')}>
      <h3>{t('plans.rehearse')}</h3>
      {note.error && <Alert type="error" showIcon className="gap-below" title={fault(note.error)} />}
      <div className="plan-grid">
        <label className="field"><span>{t('plans.heldAt')}</span><WallPicker label={t('plans.heldAt')} value={heldAt} onChange={setHeldAt} /></label>
        <label className="field"><span>{t('plans.participants')}</span><Select mode="multiple" className="wide" aria-label={t('plans.participants')} value={people} onChange={setPeople}
          options={agents.data?.agents.map((a) => ({ value: a.id, label: a.name })) ?? p.agents.map((a) => ({ value: a.id, label: a.name }))} /></label>
      </div>
      <label className="field"><span>{t('plans.findings')}<span className="needed" aria-hidden="true">*</span></span><Input.TextArea rows={2} maxLength={3000} value={findings} onChange={(e) => setFindings(e.target.value)} /></label>
      <span className="row">
        <Checkbox checked={ready} onChange={(e) => setReady(e.target.checked)}>{t('plans.isReady')}</Checkbox>
        <Button loading={note.isPending} disabled={!findings.trim() || !heldAt || people.length === 0} onClick={() => note.mutate({ held_at: heldAt, participants: people, findings, ready })}>{t('plans.noteIt')}</Button>
      </span>
    </section>
  );
}
