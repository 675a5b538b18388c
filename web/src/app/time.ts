/** Times as the site tells them: in its own zone, whatever the PC is set to. */
import dayjs, { type Dayjs } from 'dayjs';
import customParse from 'dayjs/plugin/customParseFormat';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezone);
dayjs.extend(customParse);

export const wallFormat = 'YYYY-MM-DDTHH:mm:ss';

/** The wall clock of the zone at an instant, as a zoneless value for pickers. */
export function toWall(at: string | number, zone: string): Dayjs {
  return dayjs(dayjs(at).tz(zone).format(wallFormat));
}

/** The instant at which the zone's wall clock shows this value, RFC 3339 UTC. */
export function fromWall(wall: Dayjs, zone: string): string {
  return dayjs.tz(wall.format(wallFormat), zone).utc().toISOString();
}

export function formatTime(at: string | number | null | undefined, zone: string, kind: 'full' | 'minute' | 'clock' | 'until' | 'day' | 'short'): string {
  if (at === null || at === undefined || at === '') return '—';
  const formats = { full: 'YYYY-MM-DD HH:mm:ss', minute: 'YYYY-MM-DD HH:mm', clock: 'HH:mm:ss', until: 'HH:mm', day: 'YYYY-MM-DD', short: 'MM-DD HH:mm' };
  const text = dayjs(at).tz(zone).format(formats[kind]);
  return kind === 'until' && text === '00:00' ? '24:00' : text; // a span's end at midnight belongs to its day
}

/** Days between two instants as the zone's calendar counts them. */
export function daysApart(from: number, to: string | number, zone: string): number {
  return toWall(to, zone).startOf('day').diff(toWall(from, zone).startOf('day'), 'day');
}

/** 75_000 ms is 1:15; from an hour on 1:00:00. Never below zero. */
export function formatSpan(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** Whole seconds until an instant, rounded up, zero when it is over. */
export function secondsUntil(at: string | null | undefined, now: number): number {
  return at ? Math.max(0, Math.ceil((Date.parse(at) - now) / 1000)) : 0;
}

export interface WindowView { state: 'open' | 'closing' | 'closed' | 'unknown'; left: number; next: string | null }

const closingSoon = 10 * 60_000; // ms before the end at which the countdown warns

/** What the countdown of a permitted window shows now. Rule T-05. */
export function windowView(w: { allowed_now: boolean; closes_at: string | null; next_allowed_at: string | null }, now: number): WindowView {
  if (w.allowed_now && w.closes_at === null) return { state: 'open', left: 0, next: null };
  const left = w.closes_at ? Date.parse(w.closes_at) - now : 0;
  if (w.allowed_now && left > 0) return { state: left <= closingSoon ? 'closing' : 'open', left, next: null };
  if (w.next_allowed_at) return { state: 'closed', left: Math.max(0, Date.parse(w.next_allowed_at) - now), next: w.next_allowed_at };
  return { state: 'unknown', left: 0, next: null };
}
