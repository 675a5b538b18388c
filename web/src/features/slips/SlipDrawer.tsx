import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useDepartments, usePeople, useSlip } from '@/api/queries';
import type { SlipDetail, SlipEvent } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { Attachments } from '@/features/attachments/Attachments';
import { useWord } from '@/i18n';

/** One slip: what it says, what is to be done now, and its history. Rule C-17. */
export function SlipDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const slip = useSlip(id);
  return (
    <Drawer open size={640} title={slip.data ? t('slips.one', { number: slip.data.number }) : t('slips.title')} onClose={onClose}>
      <Load query={slip} rows={8}>{(s) => <><About slip={s} /><Next key={`${s.state}-${s.round}`} slip={s} /><Attachments object="slip" id={s.id} mayAdd={s.state !== 'closed'} purposes={['document', 'photo', 'audio']} /><History events={s.history} /></>}</Load>
    </Drawer>
  );
}

function About({ slip: s }: { slip: SlipDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const mayOpen = hasRole(me, 'agent', 'supervisor', 'inspector', 'auditor');
  return (
    <Facts
      rows={[
        [t('slips.state'), <span key="s" className="row"><StateTag group="slipState" value={s.state} />{s.overdue && <Tag tone="red">{t('slips.overdue')}</Tag>}{s.round > 1 && t('slips.round', { n: s.round })}</span>],
        [t('slips.customer'), s.customer.name],
        [t('slips.kind'), word('slipKind', s.kind)],
        [t('slips.matter'), s.matter],
        [t('slips.suggestion'), s.suggestion],
        [t('slips.at'), `${s.department.branch.name} · ${s.department.name} · ${s.owner?.name ?? t('slips.nobody')}`],
        [t('slips.due'), s.state === 'open' ? <TimeText key="d" at={s.due_at} /> : ''],
        [t('cases.escalated'), s.escalated.map((u) => u.name).join(' › ')],
        [t('slips.handling'), s.handling],
        [t('slips.answer'), s.answer],
        [t('slips.second'), s.task_id ? <StateTag key="t" group="taskState" value={s.task_state} /> : ''],
        [t('slips.satisfaction'), s.satisfaction ? <StateTag key="v" group="satisfaction" value={s.satisfaction} /> : ''],
        [t('slips.from'), <span key="c">{s.created_by.name} <TimeText at={s.created_at} kind="full" />{mayOpen && <> <Link to={`/calls/${s.call_id}`}>{t('slips.call')}</Link></>}</span>],
      ]}
    />
  );
}

/** What whoever looks may do now. */
function Next({ slip: s }: { slip: SlipDetail }) {
  const { t } = useTranslation();
  const me = useMe();
  const supervisor = hasRole(me, 'supervisor');
  if (s.state === 'open') {
    return (
      <>
        {supervisor && <Assign slip={s} />}
        {supervisor || s.owner?.id === me.user.id || s.escalated.some((u) => u.id === me.user.id) ? <Answer slip={s} /> : <p className="faint">{t('slips.waits')}</p>}
      </>
    );
  }
  if (s.state === 'closed') return null;
  const over = ['done', 'unreachable', 'other_channel', 'cancelled'].includes(s.task_state);
  return over && supervisor ? <Unsettled slip={s} /> : <p className="faint">{t('slips.verifying')}</p>;
}

function useAct<T extends object>(path: string) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: (body: T) => api.post<SlipDetail>(path, body), onSuccess: (s) => { queries.setQueryData(keys.slip(s.id), s); void queries.invalidateQueries({ queryKey: keys.slips }); void queries.invalidateQueries({ queryKey: keys.tasks }); } });
}

function Step({ title, text, error, children }: { title: string; text?: string; error: unknown; children: ReactNode }) {
  const fault = useFaultText();
  return (
    <section className="slip-step" aria-label={title}>
      <h3>{title}</h3>
      {text && <p className="faint">{text}</p>}
      {Boolean(error) && <Alert type="error" showIcon className="gap-below" title={fault(error)} />}
      {children}
    </section>
  );
}

function Assign({ slip: s }: { slip: SlipDetail }) {
  const { t } = useTranslation();
  const departments = useDepartments();
  const [department, setDepartment] = useState(s.department.id);
  const [owner, setOwner] = useState(s.owner?.id ?? '');
  const [reason, setReason] = useState('');
  const people = usePeople(department);
  const assign = useAct<object>(`/slips/${s.id}/assign`);
  const moved = department !== s.department.id || (Boolean(s.owner) && owner !== s.owner?.id);
  const same = !moved && owner === (s.owner?.id ?? '');
  return (
    <Step title={t('slips.assign')} error={assign.error}>
      <div className="row slip-assign">
        <Select showSearch={{ optionFilterProp: 'label' }} aria-label={t('slips.department')} value={department} onChange={(v) => { setDepartment(v); setOwner(''); }}
          options={departments.data?.departments.map((d) => ({ value: d.id, label: `${d.branch.name} · ${d.name}` })) ?? [{ value: s.department.id, label: s.department.name }]} />
        <Select showSearch={{ optionFilterProp: 'label' }} aria-label={t('slips.owner')} value={owner} onChange={setOwner} loading={people.isPending}
          options={[{ value: '', label: t('slips.nobody') }, ...(people.data?.people.map((p) => ({ value: p.id, label: p.name })) ?? [])]} />
        <Button loading={assign.isPending} disabled={same || (moved && !reason.trim())} onClick={() => assign.mutate({ department_id: department, ...(owner ? { owner_id: owner } : {}), reason: reason.trim() })}>{t('slips.give')}</Button>
      </div>
      {moved && <label className="field"><span>{t('slips.reason')}</span><Input.TextArea rows={2} maxLength={2000} value={reason} onChange={(e) => setReason(e.target.value)} /></label>}
    </Step>
  );
}

function Answer({ slip: s }: { slip: SlipDetail }) {
  const { t } = useTranslation();
  const [handling, setHandling] = useState('');
  const [answer, setAnswer] = useState('');
  const send = useAct<object>(`/slips/${s.id}/answer`);
  return (
    <Step title={t('slips.answerIt')} text={t('slips.answerMeans')} error={send.error}>
      <label className="field"><span>{t('slips.handling')}<span className="needed" aria-hidden="true">*</span></span><Input.TextArea rows={3} maxLength={3000} value={handling} onChange={(e) => setHandling(e.target.value)} /></label>
      <label className="field"><span>{t('slips.answer')}<span className="needed" aria-hidden="true">*</span></span><Input.TextArea rows={2} maxLength={3000} value={answer} onChange={(e) => setAnswer(e.target.value)} /></label>
      <Button type="primary" loading={send.isPending} disabled={!handling.trim() || !answer.trim()} onClick={() => send.mutate({ handling, answer })}>{t('slips.send')}</Button>
    </Step>
  );
}

/** The second call-back is over, and the customer has not said whether they are satisfied. */
function Unsettled({ slip: s }: { slip: SlipDetail }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const again = useAct<object>(`/slips/${s.id}/call-again`);
  const close = useAct<object>(`/slips/${s.id}/close-unreachable`);
  return (
    <Step title={t('slips.unsettled')} text={t('slips.unsettledMeans')} error={again.error ?? close.error}>
      <label className="field"><span>{t('slips.reason')}<span className="needed" aria-hidden="true">*</span></span><Input.TextArea rows={2} maxLength={2000} value={reason} onChange={(e) => setReason(e.target.value)} /></label>
      <span className="row">
        <Button type="primary" disabled={!reason.trim()} loading={again.isPending} onClick={() => again.mutate({ reason })}>{t('slips.callAgain')}</Button>
        {s.task_state === 'unreachable' && <Button disabled={!reason.trim()} loading={close.isPending} onClick={() => close.mutate({ reason })}>{t('slips.closeUnreachable')}</Button>}
      </span>
    </Step>
  );
}

function History({ events }: { events: SlipEvent[] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="slip-step" aria-label={t('slips.history')}>
      <h3>{t('slips.history')}</h3>
      <ol className="slip-history">
        {events.map((e) => (
          <li key={`${e.at}-${e.action}`}>
            <TimeText at={e.at} kind="full" /> <b>{word('auditAction', e.action.replace('.', '_'))}</b> {e.by?.name ?? t('slips.system')}
            <Said event={e} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a step of the history says beside who and when. */
function Said({ event: e }: { event: SlipEvent }) {
  const { t } = useTranslation();
  const word = useWord();
  const text = (name: string) => (typeof e.detail[name] === 'string' ? String(e.detail[name]) : '');
  const parts = [
    text('department') && `${text('department')}${text('owner') ? ` · ${text('owner')}` : ''}`,
    text('to'),
    text('satisfaction') && word('satisfaction', text('satisfaction')),
    text('handling') && `${t('slips.handling')}: ${text('handling')}`, text('answer') && `${t('slips.answer')}: ${text('answer')}`, e.reason,
  ].filter(Boolean);
  return parts.length > 0 ? <div className="faint slip-said">{parts.join(' · ')}</div> : null;
}
