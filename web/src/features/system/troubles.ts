import type { System } from '@/api/types';
import { toWall } from '@/app/time';

export type Trouble =
  | { kind: 'recorder'; tone: 'red'; reason: string }
  | { kind: 'worm'; tone: 'red'; worm: string }
  | { kind: 'storage'; tone: 'amber'; count: number; bytes: number; oldestAt: string | null }
  | { kind: 'trunk'; tone: 'amber' | 'red'; names: string[] }
  | { kind: 'noTrunk'; tone: 'red' }
  | { kind: 'keys'; tone: 'red'; names: string[] }
  | { kind: 'plain'; tone: 'amber' }
  | { kind: 'calendar' | 'nextCalendar'; tone: 'amber'; year: number };

/** Next year's holidays are due early in November; before, their absence is nothing wrong. */
const announcedFrom = 10;

/** What is wrong right now, the worst first. Rules T-01, T-02, T-05, T-07. */
export function troublesOf(system: System, zone: string): Trouble[] {
  const { recorder, storage, trunks, calendar } = system;
  const out: Trouble[] = [];
  if (!recorder.ok) out.push({ kind: 'recorder', tone: 'red', reason: recorder.reason });
  if (storage.worm === 'not_enforced' || storage.worm === 'unsupported') out.push({ kind: 'worm', tone: 'red', worm: storage.worm });
  const down = trunks.filter((t) => t.state === 'down').map((t) => t.name);
  if (trunks.length === 0) out.push({ kind: 'noTrunk', tone: 'red' });
  if (down.length > 0) out.push({ kind: 'trunk', tone: down.length === trunks.length ? 'red' : 'amber', names: down });
  if (!storage.reachable) out.push({ kind: 'storage', tone: 'amber', count: storage.backlog, bytes: storage.backlog_bytes, oldestAt: storage.oldest_at });
  if (storage.missing_keys.length > 0) out.push({ kind: 'keys', tone: 'red', names: storage.missing_keys });
  if (!storage.encrypted) out.push({ kind: 'plain', tone: 'amber' });
  const today = toWall(system.now, zone);
  if (!calendar.year_announced) out.push({ kind: 'calendar', tone: 'amber', year: today.year() });
  else if (!calendar.next_year_announced && today.month() >= announcedFrom) out.push({ kind: 'nextCalendar', tone: 'amber', year: today.year() + 1 });
  return out.sort((a, b) => Number(b.tone === 'red') - Number(a.tone === 'red'));
}

/** What has to be done some day, but stops nobody today. */
export const isReminder = (t: Trouble): boolean => t.kind === 'calendar' || t.kind === 'nextCalendar' || t.kind === 'plain';

export type Condition = 'ok' | 'notice' | 'bad' | 'unknown';

/** The state in one word. What is only a reminder is no failure. */
export function conditionOf(system: System | undefined, zone: string): Condition {
  if (!system) return 'unknown';
  const troubles = troublesOf(system, zone);
  if (troubles.length === 0) return 'ok';
  return troubles.every(isReminder) ? 'notice' : 'bad';
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** 1_500_000 is 1.5 MB. */
export function formatBytes(bytes: number): string {
  let [n, at] = [Math.max(0, bytes), 0];
  while (n >= 999.5 && at < units.length - 1) [n, at] = [n / 1000, at + 1];
  return `${n < 10 && at > 0 ? n.toFixed(1) : Math.round(n)} ${units[at]}`;
}
