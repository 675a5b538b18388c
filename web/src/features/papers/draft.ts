/**
 * A draft while it is edited: adding, moving and taking away items and parts,
 * without changing what was there. The server says what keeps it from being
 * published; nothing here hinders anybody from writing on.
 */
import type { PaperBody, PaperItem, PaperVariant, Question, ScriptPart } from '@/api/types';
import type { Language } from '@/i18n';

export const emptyBody: PaperBody = { items: [], 'zh-CN': [], en: [], variants: [] };
const noWords = { 'zh-CN': '', en: '' };

/** A key that nothing else has: item_1, item_2 ... */
export function freeKey(prefix: string, taken: readonly string[]): string {
  let n = taken.length + 1;
  while (taken.includes(`${prefix}_${n}`)) n++;
  return `${prefix}_${n}`;
}

export const newItem = (items: readonly PaperItem[]): PaperItem => ({
  key: freeKey('item', items.map((i) => i.key)), kind: 'yes_no', required: false, red_flag_on: [], ask_if: null, min: null, max: null, prefill: false, label: noWords, choices: [],
});

const fixed: Partial<Record<PaperItem['kind'], string[]>> = { satisfaction: ['satisfied', 'fair', 'dissatisfied'], yes_no: ['yes', 'no'] };

/** The keys that an answer can have; of numbers, dates and texts none. */
export const answersOfItem = (it: PaperItem): string[] => fixed[it.kind] ?? (it.kind === 'choice' || it.kind === 'choices' ? it.choices.map((c) => c.key) : []);

/** An item of another kind: what the new kind does not have goes. */
export function ofKind(it: PaperItem, kind: PaperItem['kind']): PaperItem {
  const chosen = kind === 'choice' || kind === 'choices';
  const next: PaperItem = { ...it, kind, choices: chosen ? (it.choices.length > 0 ? it.choices : [{ key: 'a', label: noWords }, { key: 'b', label: noWords }]) : [], min: kind === 'number' ? it.min : null, max: kind === 'number' ? it.max : null };
  const allowed = answersOfItem(next);
  return { ...next, red_flag_on: it.red_flag_on.filter((k) => allowed.includes(k)) };
}

export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const out = [...list];
  const to = from + by;
  if (to < 0 || to >= out.length) return out;
  const [x] = out.splice(from, 1);
  if (x !== undefined) out.splice(to, 0, x);
  return out;
}

export const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);
export const withAt = <T>(list: readonly T[], at: number, value: T): T[] => list.map((x, i) => (i === at ? value : x));

/** A key that changes takes the branches that name it along. */
export function renamed(items: readonly PaperItem[], at: number, key: string): PaperItem[] {
  const was = items[at]?.key;
  return items.map((it, i) => {
    if (i === at) return { ...it, key };
    return it.ask_if && it.ask_if.item === was && i > at ? { ...it, ask_if: { ...it.ask_if, item: key } } : it;
  });
}

const words = (language: Language, w: { 'zh-CN': string; en: string }) => (language === 'en' ? w.en : w['zh-CN']);

/** The items as the agent sees them. */
export function asQuestions(items: readonly PaperItem[], language: Language, label: (key: string) => string): Question[] {
  return items.map((it) => ({
    key: it.key, kind: it.kind, required: it.required, red_flag: it.red_flag_on.length > 0, red_flag_on: it.red_flag_on, ask_if: it.ask_if, min: it.min, max: it.max, prefill: it.prefill,
    label: words(language, it.label),
    choices: answersOfItem(it).map((key) => ({ key, label: fixed[it.kind] ? label(key) : words(language, it.choices.find((c) => c.key === key)?.label ?? noWords) })),
  }));
}

/** One script: of everybody, or of a variant. */
export interface Spoken { 'zh-CN': ScriptPart[]; en: ScriptPart[] }

export function addPart(s: Spoken): Spoken {
  const part: ScriptPart = { key: freeKey('part', s['zh-CN'].map((p) => p.key)), title: '', text: '' };
  return { 'zh-CN': [...s['zh-CN'], part], en: [...s.en, part] };
}

/** Both languages have the same parts: they move and go together. */
export const onBoth = (s: Spoken, f: (parts: ScriptPart[]) => ScriptPart[]): Spoken => ({ 'zh-CN': f(s['zh-CN']), en: f(s.en) });

export const newVariant = (s: Spoken): PaperVariant => ({ name: noWords, when: { kinds: [], grades: [], languages: [], government: null }, 'zh-CN': s['zh-CN'], en: s.en });

/** The words with the names of an example put in. Rule T-10. */
export const filled = (text: string, names: Record<string, string>): string => text.replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => names[name] ?? whole);
