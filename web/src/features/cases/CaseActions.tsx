import { Alert, Button, Input, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUsers } from '@/api/queries';
import { caseClasses, type CaseDetail } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { WallPicker } from '@/components/WallPicker';
import { useAttachments } from '@/features/attachments/Attachments';
import { useWord } from '@/i18n';
import { useAct } from './useCases';

/** What whoever looks may do with a case now; the server says what that is. Rules C-15, C-19. */
export function Actions({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const may = (what: string) => c.may.includes(what);
  if (c.state === 'closed') return null;
  return (
    <>
      {may('interview') && <Interview c={c} />}
      {may('sign') && <Sign c={c} />}
      {c.barred && <p className="faint">{t('cases.barred', { step: word('caseStep', c.state), why: word('reason', c.barred.reason) })}</p>}
      {c.state === 'call_back' && !may('call_again') && <p className="faint">{t('cases.verifying')}</p>}
      {may('call_again') && <Unsettled c={c} />}
      {may('assign') && <Assign c={c} />}
    </>
  );
}

function Part({ title, text, error, children }: { title: string; text?: string; error: unknown; children: ReactNode }) {
  const fault = useFaultText();
  return (
    <section className="case-part" aria-label={title}>
      <h3>{title}</h3>
      {text && <p className="faint">{text}</p>}
      {Boolean(error) && <Alert type="error" showIcon role="alert" className="gap-below" title={fault(error)} />}
      {children}
    </section>
  );
}

function Words({ label, value, onChange, needed = true, rows = 2 }: { label: string; value: string; onChange: (v: string) => void; needed?: boolean; rows?: number }) {
  return <label className="field"><span>{label}{needed && <span className="needed" aria-hidden="true">*</span>}</span><Input.TextArea rows={rows} maxLength={3000} value={value} onChange={(e) => onChange(e.target.value)} /></label>;
}

/** Signs the step that the case stands at. */
function Sign({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const [texts, setTexts] = useState<Record<string, string>>({});
  const sign = useAct<object>(`/cases/${c.id}/steps`);
  const fields = c.wanted.map((w) => ({ name: w.replace('?', ''), needed: !w.startsWith('?') }));
  const ready = fields.every((f) => !f.needed || texts[f.name]?.trim()) && (c.state !== 'interview' || c.interviews.length > 0);
  const content = Object.fromEntries(Object.entries(texts).filter(([, v]) => v.trim()));
  return (
    <Part title={t('cases.sign', { step: word('caseStep', c.state) })} text={word('caseStepMeans', c.state)} error={sign.error}>
      {fields.map((f) => <Words key={f.name} label={word('caseField', f.name)} needed={f.needed} value={texts[f.name] ?? ''} onChange={(v) => setTexts({ ...texts, [f.name]: v })} />)}
      <Button type="primary" disabled={!ready} loading={sign.isPending} onClick={() => sign.mutate({ step: c.state, content })}>{t('cases.signIt')}</Button>
    </Part>
  );
}

/** Notes an interview: time, place, content, and who signed, with the file that shows it. Rule C-19. */
function Interview({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const files = useAttachments('case', c.id);
  const [heldAt, setHeldAt] = useState<string | null>(null);
  const [place, setPlace] = useState('');
  const [person, setPerson] = useState('');
  const [content, setContent] = useState('');
  const [signer, setSigner] = useState('');
  const [sheet, setSheet] = useState<string>();
  const [signed, setSigned] = useState<Array<{ name: string; attachment_id: string }>>([]);
  const add = useAct<object>(`/cases/${c.id}/interviews`);
  const all = signer.trim() && sheet ? [...signed, { name: signer.trim(), attachment_id: sheet }] : signed;
  const ready = heldAt && place.trim() && person.trim() && content.trim() && all.length > 0;
  const done = () => { setHeldAt(null); setPlace(''); setPerson(''); setContent(''); setSigner(''); setSigned([]); };
  return (
    <Part title={t('cases.interviewNew')} text={t('cases.interviewMeans')} error={add.error}>
      <div className="case-two">
        <label className="field"><span>{t('cases.person')}</span><Input value={person} maxLength={300} onChange={(e) => setPerson(e.target.value)} /></label>
        <div className="field"><span>{t('cases.heldAt')}</span><WallPicker label={t('cases.heldAt')} value={heldAt} onChange={setHeldAt} /></div>
        <label className="field"><span>{t('cases.place')}</span><Input value={place} maxLength={300} onChange={(e) => setPlace(e.target.value)} /></label>
      </div>
      <Words label={t('cases.said')} value={content} onChange={setContent} rows={3} />
      <div className="row case-signature">
        <Input aria-label={t('cases.signer')} placeholder={t('cases.signer')} value={signer} maxLength={200} onChange={(e) => setSigner(e.target.value)} />
        <Select aria-label={t('cases.sheet')} placeholder={t('cases.sheet')} value={sheet} onChange={setSheet} notFoundContent={t('cases.sheetFirst')} options={files.data?.attachments.map((f) => ({ value: f.id, label: f.name })) ?? []} />
        <Button disabled={!signer.trim() || !sheet} onClick={() => { setSigned(all); setSigner(''); }}>{t('cases.another')}</Button>
      </div>
      {signed.length > 0 && <p>{t('cases.signatures')}: {signed.map((g) => g.name).join('、')}</p>}
      <Button disabled={!ready} loading={add.isPending} onClick={() => add.mutate({ held_at: heldAt, place, person, content, signatures: all }, { onSuccess: done })}>{t('cases.interviewAdd')}</Button>
    </Part>
  );
}

/** Who handles it, whom it is about, and of what class it is. */
function Assign({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const users = useUsers();
  const [assignee, setAssignee] = useState(c.assignee?.id);
  const [concerned, setConcerned] = useState(c.concerned?.id);
  const [cls, setClass] = useState<string>(c.class);
  const [reason, setReason] = useState('');
  const assign = useAct<object>(`/cases/${c.id}/assign`);
  const people = users.data?.users.filter((u) => !u.disabled).map((u) => ({ value: u.id, label: u.name })) ?? [];
  return (
    <Part title={t('cases.assign')} text={t('cases.assignMeans')} error={assign.error}>
      <div className="case-two">
        <label className="field"><span>{t('cases.assignee')}</span><Select showSearch={{ optionFilterProp: 'label' }} aria-label={t('cases.assignee')} value={assignee} onChange={setAssignee} options={people} /></label>
        <label className="field"><span>{t('cases.concerned')}</span><Select allowClear showSearch={{ optionFilterProp: 'label' }} aria-label={t('cases.concerned')} value={concerned} onChange={setConcerned} options={people} /></label>
        {c.kind === 'anomaly' && <label className="field"><span>{t('cases.class')}</span><Select aria-label={t('cases.class')} value={cls} onChange={setClass} options={caseClasses.map((k) => ({ value: k, label: word('caseClass', k) }))} /></label>}
        <label className="field"><span>{t('cases.reason')}</span><Input value={reason} maxLength={600} onChange={(e) => setReason(e.target.value)} /></label>
      </div>
      <Button disabled={!assignee || !reason.trim()} loading={assign.isPending} onClick={() => assign.mutate({ assignee_id: assignee, ...(concerned ? { concerned_id: concerned } : {}), class: cls, reason: reason.trim() })}>{t('cases.assignIt')}</Button>
    </Part>
  );
}

/** The second call-back is over, and the customer has not said whether they are satisfied. */
function Unsettled({ c }: { c: CaseDetail }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const again = useAct<object>(`/cases/${c.id}/call-again`);
  const close = useAct<object>(`/cases/${c.id}/close-unreachable`);
  return (
    <Part title={t('slips.unsettled')} text={t('slips.unsettledMeans')} error={again.error ?? close.error}>
      <Words label={t('cases.reason')} value={reason} onChange={setReason} />
      <span className="row">
        <Button type="primary" disabled={!reason.trim()} loading={again.isPending} onClick={() => again.mutate({ reason })}>{t('slips.callAgain')}</Button>
        {c.may.includes('close_unreachable') && <Button disabled={!reason.trim()} loading={close.isPending} onClick={() => close.mutate({ reason })}>{t('slips.closeUnreachable')}</Button>}
      </span>
    </Part>
  );
}
