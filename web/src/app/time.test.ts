import { describe, expect, it } from 'vitest';
import { daysApart, formatSpan, formatTime, fromWall, secondsUntil, toWall, windowView } from './time';

const zone = 'Asia/Shanghai';

describe('times of the site', () => {
  it('are its own, whatever the PC is set to', () => {
    expect(formatTime('2026-11-22T16:30:00Z', zone, 'minute')).toBe('2026-11-23 00:30');
    expect(formatTime('2026-11-22T16:00:00Z', zone, 'until')).toBe('24:00');
    expect(fromWall(toWall('2026-11-22T16:30:00Z', zone), zone)).toBe('2026-11-22T16:30:00.000Z');
    expect(daysApart(Date.parse('2026-11-22T15:59:00Z'), '2026-11-22T16:01:00Z', zone)).toBe(1);
  });

  it.each([[75_000, '01:15'], [3_600_000, '1:00:00'], [-5, '00:00'], [59_999, '00:59']])('%d ms is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it('round seconds up, so that nothing is allowed too early (Rule T-03)', () => {
    expect(secondsUntil('2026-01-01T00:00:10.001Z', Date.parse('2026-01-01T00:00:00Z'))).toBe(11);
    expect(secondsUntil(null, 0)).toBe(0);
  });
});

describe('Rule T-05: the countdown of a window', () => {
  const now = Date.parse('2026-11-23T02:00:00Z');
  it('runs, warns near the end, and turns to the next', () => {
    const closes = (at: string) => windowView({ allowed_now: true, closes_at: at, next_allowed_at: '2026-11-24T02:00:00Z' }, now);
    expect(closes('2026-11-23T03:00:00Z')).toMatchObject({ state: 'open', left: 3_600_000 });
    expect(closes('2026-11-23T02:09:00Z').state).toBe('closing');
    expect(closes('2026-11-23T01:59:00Z')).toMatchObject({ state: 'closed', next: '2026-11-24T02:00:00Z' });
  });
  it('is open without end for an appointment', () => {
    expect(windowView({ allowed_now: true, closes_at: null, next_allowed_at: null }, now).state).toBe('open');
  });
});
