/**
 * The call record while it is written: its fields, what is still missing, and
 * the copy in sessionStorage that outlives a reload. Rule C-01.
 */
import { dispositions, type Disposition, type Question, type RecordInput, type RecordOut, type SlipKind } from '@/api/types';

export type Answer = string | number;

/** A feedback slip while it is written; the server gets it with the final record. Rule C-17. */
export interface SlipDraft { wanted: boolean; kind: SlipKind | ''; departmentId: string; matter: string; suggestion: string }

export interface Draft {
  disposition: Disposition | '';
  content: string;
  problems: string;
  handling: string;
  deviation: string;
  appointmentAt: string | null;
  answers: Record<string, Answer>;
  slip: SlipDraft;
}

export const emptyDraft: Draft = { disposition: '', content: '', problems: '', handling: '', deviation: '', appointmentAt: null, answers: {}, slip: { wanted: false, kind: '', departmentId: '', matter: '', suggestion: '' } };

export function draftOf(record: RecordOut, appointmentAt: string | null = null): Draft {
  return {
    disposition: dispositions.find((d) => d === record.disposition) ?? '',
    content: record.content, problems: record.problems, handling: record.handling, deviation: record.deviation,
    appointmentAt, answers: answersOf(record.answers), slip: emptyDraft.slip,
  };
}

function answersOf(raw: unknown): Record<string, Answer> {
  const out: Record<string, Answer> = {};
  if (raw && typeof raw === 'object') {
    for (const [key, value] of Object.entries(raw)) if (typeof value === 'string' || typeof value === 'number') out[key] = value;
  }
  return out;
}

/** Whether the customer is dissatisfied with anything. Rule C-17. */
export const dissatisfied = (draft: Draft, items: readonly Question[]): boolean => items.some((i) => i.kind === 'satisfaction' && draft.answers[i.key] === 'dissatisfied');

/** The record as it is sent; the slip goes along when it is wanted, and only with a final one. */
export function inputOf(draft: Draft, state: 'draft' | 'final', slipNeeded = false): RecordInput {
  const answers = Object.fromEntries(Object.entries(draft.answers).filter(([, v]) => v !== ''));
  return {
    state, disposition: draft.disposition, content: draft.content, problems: draft.problems, handling: draft.handling, deviation: draft.deviation, answers,
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
export type Missing = 'required' | 'not_true' | 'appointment' | 'past';

/** What is missing, by field, in the order of the form; `answers.KEY` for questions. Rule C-01. */
export function missingIn(draft: Draft, items: readonly Question[], outcome: string, now: number, slipNeeded = false): Record<string, Missing> {
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
  if (draft.disposition === 'completed') {
    for (const item of items) if (item.required && (draft.answers[item.key] ?? '') === '') out[`answers.${item.key}`] = 'required';
  }
  return out;
}

/** How many of the questions have an answer. */
export function answered(draft: Draft, items: readonly Question[]): number {
  return items.filter((i) => (draft.answers[i.key] ?? '') !== '').length;
}

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
