/**
 * The call record while it is written: its fields, what is still missing, and
 * the copy in sessionStorage that outlives a reload. Rule C-01.
 */
import { dispositions, type Disposition, type Question, type RecordInput, type RecordOut, type RecordSheet, type SlipKind } from '@/api/types';
import { answersOf, blank, coherent, progress, wanting, type Answers } from './branching';

/** A feedback slip while it is written; the server gets it with the final record. Rule C-17. */
export interface SlipDraft { wanted: boolean; kind: SlipKind | ''; departmentId: string; matter: string; suggestion: string }

export interface Draft {
  disposition: Disposition | '';
  content: string;
  problems: string;
  handling: string;
  deviation: string;
  appointmentAt: string | null;
  answers: Answers;
  /** What the form of the program asks for. Rule C-10. */
  fields: Answers;
  /** Rule C-13. */
  kinds: string[];
  slip: SlipDraft;
}

export const emptyDraft: Draft = { disposition: '', content: '', problems: '', handling: '', deviation: '', appointmentAt: null, answers: {}, fields: {}, kinds: [], slip: { wanted: false, kind: '', departmentId: '', matter: '', suggestion: '' } };

export function draftOf(record: RecordOut, appointmentAt: string | null = null): Draft {
  return {
    disposition: dispositions.find((d) => d === record.disposition) ?? '',
    content: record.content, problems: record.problems, handling: record.handling, deviation: record.deviation,
    appointmentAt, answers: answersOf(record.answers), fields: answersOf(record.fields), kinds: record.content_kinds, slip: emptyDraft.slip,
  };
}

/** Whether the customer is dissatisfied with anything. Rule C-17. */
export const dissatisfied = (draft: Draft, items: readonly Question[]): boolean => Object.entries(coherent(items, draft.answers)).some(([key, a]) => a === 'dissatisfied' && items.some((i) => i.key === key && i.kind === 'satisfaction'));

export const emptySheet: RecordSheet = { questionnaire: { version: 0, items: [] }, form: { version: 0, items: [] } };

/** The record as it is sent; the slip goes along when it is wanted, and only with a final one, which answers only what is asked. */
export function inputOf(draft: Draft, state: 'draft' | 'final', slipNeeded = false, sheet = emptySheet): RecordInput {
  const given = (answers: Answers, items: readonly Question[]) => (state === 'final' ? coherent(items, answers) : Object.fromEntries(Object.entries(answers).filter(([, v]) => !blank(v))));
  return {
    state, disposition: draft.disposition, content: draft.content, problems: draft.problems, handling: draft.handling, deviation: draft.deviation,
    answers: given(draft.answers, sheet.questionnaire.items), fields: given(draft.fields, sheet.form.items), content_kinds: draft.kinds,
    questionnaire_version: sheet.questionnaire.version, form_version: sheet.form.version,
    ...(draft.disposition === 'not_convenient' && draft.appointmentAt ? { appointment_at: draft.appointmentAt } : {}),
    ...(state === 'final' && (slipNeeded || draft.slip.wanted) && draft.slip.kind ? { slip: { kind: draft.slip.kind, matter: draft.slip.matter, suggestion: draft.slip.suggestion, department_id: draft.slip.departmentId } } : {}),
  };
}

/** What the customer's side must have done for a disposition to be true: only these go with an unanswered call. */
const withoutContact: readonly Disposition[] = ['no_contact', 'wrong_number', 'other'];

export function dispositionsFor(outcome: string): readonly Disposition[] {
  const answered = outcome === '' || outcome === 'answered' || outcome === 'answered_at_deadline';
  return answered ? dispositions : withoutContact;
}

/** Why a field keeps the record from being final; the page has a text for each. */
export type Missing = 'required' | 'not_true' | 'appointment' | 'past' | 'outside';

/** What is missing, by field, in the order of the form; `answers.KEY` for questions, `fields.KEY` for the program's form. Rules C-01, C-10. */
export function missingIn(draft: Draft, { questionnaire, form }: RecordSheet, outcome: string, now: number, slipNeeded = false): Record<string, Missing> {
  const out: Record<string, Missing> = {};
  if (!draft.disposition) out.disposition = 'required';
  else if (!dispositionsFor(outcome).includes(draft.disposition)) out.disposition = 'not_true';
  if (draft.disposition === 'not_convenient') {
    if (!draft.appointmentAt) out.appointment_at = 'appointment';
    else if (Date.parse(draft.appointmentAt) <= now) out.appointment_at = 'past';
  }
  for (const field of ['content', 'problems', 'handling'] as const) if (!draft[field].trim()) out[field] = 'required';
  if (slipNeeded || draft.slip.wanted) {
    for (const [field, value] of [['kind', draft.slip.kind], ['department_id', draft.slip.departmentId], ['matter', draft.slip.matter.trim()]] as const) if (!value) out[`slip.${field}`] = 'required';
  }
  const complete = draft.disposition === 'completed';
  for (const [key, why] of Object.entries(wanting(form.items, draft.fields, complete))) out[`fields.${key}`] = why;
  for (const [key, why] of Object.entries(wanting(questionnaire.items, draft.answers, complete))) out[`answers.${key}`] = why;
  return out;
}

/** How many of the questions that are asked have an answer. */
export const answered = (draft: Draft, items: readonly Question[]) => progress(items, draft.answers);

/** How long a draft may wait, in ms: until nothing is typed for a second, and never longer than five since the first unsaved word. */
export const saveDelay = (firstUnsaved: number, now: number): number => Math.max(0, Math.min(1000, firstUnsaved + 5000 - now));

const keyOf = (callId: string) => `huifang.record.${callId}`;

export function storedDraft(callId: string): Draft | null {
  try {
    const raw: unknown = JSON.parse(sessionStorage.getItem(keyOf(callId)) ?? 'null');
    return raw && typeof raw === 'object' ? { ...emptyDraft, ...raw } : null;
  } catch {
    return null;
  }
}

export function storeDraft(callId: string, draft: Draft | null): void {
  if (draft) sessionStorage.setItem(keyOf(callId), JSON.stringify(draft));
  else sessionStorage.removeItem(keyOf(callId));
}
