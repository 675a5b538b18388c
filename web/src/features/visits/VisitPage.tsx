import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input } from 'antd';
import dayjs from 'dayjs';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { useTask } from '@/api/queries';
import type { Task } from '@/api/types';
import { useTaskVisits, visitKeys, type Point, type Visit, type VisitInput } from '@/api/visits';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { Attachments } from '@/features/attachments/Attachments';
import { useLanguage } from '@/i18n';
import { SignaturePad } from './SignaturePad';
import { VisitFacts } from './VisitFacts';
import { VisitQuestions, type Answers } from './VisitQuestions';
import './visits.css';

/** A visit is written up, on a screen as small as a telephone's. Rules C-01, C-11, C-26. */
export default function VisitPage() {
  const { t } = useTranslation();
  const { taskId = '' } = useParams();
  const language = useLanguage();
  const task = useTask(taskId, language);
  const visits = useTaskVisits(taskId);
  return (
    <main className="visit-page">
      <Link to={`/desk/${taskId}`}>← {t('visits.back')}</Link>
      <Load query={task} rows={6}>
        {(data) => (
          <>
            <h1>{t('visits.of', { name: data.customer_card.name })}</h1>
            <p className="faint">{[data.purpose, data.customer_card.city].filter(Boolean).join(' · ')}</p>
            <Load query={visits} rows={6}>
              {(v) => (
                <>
                  {v.visits.filter((x) => x.state === 'final').map((x) => <VisitFacts key={x.id} visit={x} items={data.questionnaire.items} />)}
                  {data.kind !== 'done' && <Form task={data} draft={v.visits.find((x) => x.state === 'draft')} />}
                </>
              )}
            </Load>
          </>
        )}
      </Load>
    </main>
  );
}

function Field({ label, error, needed = false, children }: { label: string; error?: string; needed?: boolean; children: ReactNode }) {
  return (
    <label className="field">
      <span>{label}{needed && <span className="needed" aria-hidden="true">*</span>}</span>
      {children}
      {error && <span className="field-error" role="alert">{error}</span>}
    </label>
  );
}

function Form({ task, draft }: { task: Task; draft: Visit | undefined }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [at, setAt] = useState(() => dayjs(draft?.visited_at ?? undefined).format('YYYY-MM-DDTHH:mm'));
  const [text, setText] = useState({ place: draft?.place ?? '', met: draft?.met ?? '', content: draft?.content ?? '', problems: draft?.problems ?? '', handling: draft?.handling ?? '', signed_name: draft?.signed_name ?? '', unsigned_reason: draft?.unsigned_reason ?? '' });
  const [answers, setAnswers] = useState<Answers>(() => ({ ...((draft?.answers ?? {}) as Answers) }));
  const [strokes, setStrokes] = useState<Point[][]>(() => draft?.strokes ?? []);
  const [unsigned, setUnsigned] = useState(Boolean(draft?.unsigned_reason));
  const write = (name: keyof typeof text) => (e: { target: { value: string } }) => setText((old) => ({ ...old, [name]: e.target.value }));
  const save = useMutation({
    mutationFn: (state: 'draft' | 'final') => {
      const given = Object.fromEntries(Object.entries(answers).filter(([, v]) => v !== '' && !(Array.isArray(v) && v.length === 0)));
      const { unsigned_reason, signed_name, ...words } = text;
      const input: VisitInput = { state, ...words, answers: given, ...(at ? { visited_at: dayjs(at).toISOString() } : {}), ...(unsigned ? { unsigned_reason } : { signed_name, strokes }) };
      return api.put<Visit>(`/tasks/${task.id}/visit`, input);
    },
    onSuccess: (v) => {
      void message.success(t(v.state === 'final' ? 'visits.finished' : 'visits.draftSaved'));
      for (const queryKey of [visitKeys.ofTask(task.id), ['task'], ['tasks'], ['visits']]) void queries.invalidateQueries({ queryKey });
    },
  });
  const wrong = Object.fromEntries((save.error ? asApiError(save.error).problem?.errors ?? [] : []).map((e) => [(e.location ?? '').replace(/^body\./, ''), e.message ?? '']));
  const gap = (name: keyof typeof text) => (wrong[name] && !text[name].trim() ? t('visits.needed') : undefined);
  const hints = [
    Object.keys(wrong).some((k) => k.startsWith('answers')) && t('visits.answersMissing'),
    wrong.strokes && t('visits.signatureMissing'),
    wrong.visited_at && t('visits.timeWrong'),
  ].filter(Boolean).join(' ');
  const words = (name: 'content' | 'problems' | 'handling') => (
    <Field label={t(`visits.${name}`)} needed error={gap(name)}><Input.TextArea rows={3} maxLength={3000} value={text[name]} onChange={write(name)} /></Field>
  );
  return (
    <form className="visit-form" aria-label={t('visits.title')} onSubmit={(e) => { e.preventDefault(); save.mutate('final'); }}>
      {save.error && <Alert type="error" showIcon className="gap-below" title={fault(save.error)} description={hints || undefined} />}
      <Field label={t('visits.at')} needed><Input type="datetime-local" value={at} onChange={(e) => setAt(e.target.value)} /></Field>
      <Field label={t('visits.place')} needed error={gap('place')}><Input maxLength={100} value={text.place} onChange={write('place')} /></Field>
      <Field label={t('visits.met')} needed error={gap('met')}><Input maxLength={100} value={text.met} onChange={write('met')} /></Field>
      {task.questionnaire.items.length > 0 && <section aria-label={t('visits.questions')}><h2>{t('visits.questions')}</h2><VisitQuestions items={task.questionnaire.items} answers={answers} onChange={setAnswers} /></section>}
      {words('content')}{words('problems')}{words('handling')}
      <p className="faint">{t('visits.none_hint')}</p>
      <section aria-label={t('visits.signature')}>
        <h2>{t('visits.signature')}</h2>
        <Checkbox checked={unsigned} onChange={(e) => setUnsigned(e.target.checked)}>{t('visits.unsigned')}</Checkbox>
        {unsigned
          ? <Field label={t('visits.unsignedReason')} needed error={gap('unsigned_reason')}><Input maxLength={100} value={text.unsigned_reason} onChange={write('unsigned_reason')} /></Field>
          : <><p className="faint">{t('visits.sign')}</p><SignaturePad strokes={strokes} onChange={setStrokes} /><Field label={t('visits.signedName')} needed error={gap('signed_name')}><Input maxLength={100} value={text.signed_name} onChange={write('signed_name')} /></Field></>}
      </section>
      {draft ? <Attachments object="visit" id={draft.id} mayAdd purposes={['photo', 'document']} /> : <p className="faint">{t('visits.photosLater')}</p>}
      <div className="visit-buttons">
        <Button size="large" loading={save.isPending} onClick={() => save.mutate('draft')}>{t('visits.draft')}</Button>
        <Button size="large" type="primary" htmlType="submit" loading={save.isPending}>{t('visits.finish')}</Button>
      </div>
    </form>
  );
}
