import { useTranslation } from 'react-i18next';
import type { DutyOffset, DutyRule, DutySettings } from '@/api/types';
import { useLanguage } from '@/i18n';

type Group = 'triggerOf' | 'unitOf' | 'anchorOf' | 'channelOf' | 'festivalOf' | 'kindOf' | 'eventOf' | 'stateOf' | 'resultOf';

export const triggers = ['event', 'last_contact', 'birthday', 'festival', 'monthly'] as const;
export const units = ['day', 'working_day', 'month', 'year', 'week_start', 'week_end', 'month_end'] as const;
export const anchors = ['event', 'due'] as const;
export const channels = ['call', 'visit', 'sms', 'email', 'letter'] as const;
export const results = ['in_time', 'late', 'open', 'missed'] as const;
export type Result = (typeof results)[number];

/** The words of a group. The keys are too many for the compiler to go through. */
export const wordsOf = (t: unknown, group: Group): Record<string, string> => (t as (key: string, o: { returnObjects: true }) => Record<string, string>)(`duties.${group}`, { returnObjects: true });

/** Options of a choice among the words of a group. */
export function useOptions(): (group: Group) => Array<{ value: string; label: string }> {
  const { t } = useTranslation();
  return (group) => Object.entries(wordsOf(t, group)).map(([value, label]) => ({ value, label }));
}

/** Says offsets, schedules and names in the reader's language. */
export function useDutyText() {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const one = (group: Group, value: string) => wordsOf(t, group)[value] ?? value;
  const offset = (o: DutyOffset) => `${o.n > 0 ? '+' : ''}${o.n} ${one('unitOf', o.unit)}`;
  const schedule = (s: DutySettings) => {
    if (s.trigger === 'monthly') return t('duties.onlyMonth', { n: s.per_month ?? 0 });
    const stages = (s.stages ?? []).map((x) => [offset(x.due), x.soft && offset(x.soft), x.hard && offset(x.hard)].filter(Boolean).join(' → '));
    return [...stages, s.repeat && t('duties.everyN', { text: offset(s.repeat).replace('+', '') })].filter(Boolean).join('；');
  };
  const cause = (s: DutySettings) => {
    if (s.trigger === 'event') return (s.events ?? []).map((e) => one('eventOf', e)).join('、');
    return one('triggerOf', s.trigger);
  };
  const name = (r: Pick<DutyRule, 'name_zh' | 'name_en'>) => (english ? r.name_en : r.name_zh);
  return { one, offset, schedule, cause, name };
}
