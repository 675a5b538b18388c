/**
 * Which questions are asked, given the answers, and what is wrong with an
 * answer. The server decides the same again (internal/callback/questionnaire.go);
 * here it is for the eye. Rules C-10, C-16.
 */
import type { Question } from '@/api/types';

export type Answer = string | number | string[];
export type Answers = Record<string, Answer>;

/** Whether nothing was answered. */
export const blank = (a: Answer | undefined): boolean => a === undefined || (typeof a === 'string' ? a.trim() === '' : Array.isArray(a) && a.length === 0);

const has = (a: Answer | undefined, keys: readonly string[]): boolean => (Array.isArray(a) ? a.some((k) => keys.includes(k)) : typeof a === 'string' && keys.includes(a));

/** The items that are asked: one in a branch only if what opens it is asked and so answered. Conditions look back only. */
export function asked(items: readonly Question[], answers: Answers): Question[] {
  const open = new Set<string>();
  return items.filter((it) => {
    const is = !it.ask_if || (open.has(it.ask_if.item) && has(answers[it.ask_if.item], it.ask_if.is));
    if (is) open.add(it.key);
    return is;
  });
}

/** The answers as a final record has them: to what is asked, and none that is blank. */
export function coherent(items: readonly Question[], answers: Answers): Answers {
  const out: Answers = {};
  for (const it of asked(items, answers)) {
    const a = answers[it.key];
    if (a !== undefined && !blank(a)) out[it.key] = a;
  }
  return out;
}

/** The keys of the items whose answer raises a red flag. Rules C-04, C-19. */
export const redFlags = (items: readonly Question[], answers: Answers): string[] => asked(items, answers).filter((it) => has(answers[it.key], it.red_flag_on)).map((it) => it.key);

/** Whether a number lies outside its limits. */
export const outside = (it: Question, a: Answer | undefined): boolean => typeof a === 'number' && ((it.min !== null && a < it.min) || (it.max !== null && a > it.max));

/** What must be answered and is not, or is no allowed answer, by key. */
export function wanting(items: readonly Question[], answers: Answers, complete: boolean): Record<string, 'required' | 'outside'> {
  const out: Record<string, 'required' | 'outside'> = {};
  for (const it of asked(items, answers)) {
    if (outside(it, answers[it.key])) out[it.key] = 'outside';
    else if (complete && it.required && blank(answers[it.key])) out[it.key] = 'required';
  }
  return out;
}

/** How many of the questions that are asked have an answer. */
export function progress(items: readonly Question[], answers: Answers): { n: number; of: number } {
  const open = asked(items, answers);
  return { n: open.filter((it) => !blank(answers[it.key])).length, of: open.length };
}

/** Answers as the server has them. */
export function answersOf(raw: unknown): Answers {
  const out: Answers = {};
  if (raw && typeof raw === 'object') {
    for (const [key, value] of Object.entries(raw)) {
      if (typeof value === 'string' || typeof value === 'number') out[key] = value;
      else if (Array.isArray(value)) out[key] = value.filter((v): v is string => typeof v === 'string');
    }
  }
  return out;
}
