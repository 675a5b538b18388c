import { describe, expect, it } from 'vitest';
import type { System } from '@/api/types';
import { conditionOf, formatBytes, troublesOf } from './troubles';

const zone = 'Asia/Shanghai';
const fine: System = {
  recorder: { ok: true, reason: '' },
  storage: { reachable: true, worm: 'enforced', probed_at: null, backlog: 2, backlog_bytes: 10, oldest_at: null, encrypted: true, missing_keys: [] },
  trunks: [{ name: 'main', state: 'up' }], calendar: { year_announced: true, next_year_announced: false }, now: '2026-10-31T15:59:00Z',
};
const kinds = (s: System) => troublesOf(s, zone).map((t) => `${t.tone} ${t.kind}`);

describe('what is wrong right now', () => {
  it('is nothing while a few recordings wait and the year goes on', () => {
    expect(kinds(fine)).toEqual([]);
    expect(conditionOf(fine, zone)).toBe('ok');
    expect(conditionOf(undefined, zone)).toBe('unknown');
  });

  it('is a reminder from November on, as the site counts days (Rule T-05)', () => {
    const november = { ...fine, now: '2026-10-31T16:00:00Z' };
    expect(troublesOf(november, zone)).toEqual([{ kind: 'nextCalendar', tone: 'amber', year: 2027 }]);
    expect(conditionOf(november, zone)).toBe('notice');
    expect(kinds({ ...november, calendar: { year_announced: false, next_year_announced: false } })).toEqual(['amber calendar']);
  });

  it('puts what stops calls before what only waits (Rules T-01, T-02, T-07)', () => {
    const bad: System = {
      ...fine, recorder: { ok: false, reason: 'spool_full' }, trunks: [{ name: 'a', state: 'down' }, { name: 'b', state: 'up' }],
      storage: { ...fine.storage, reachable: false, worm: 'not_enforced' },
    };
    expect(kinds(bad)).toEqual(['red recorder', 'red worm', 'amber trunk', 'amber storage']);
    expect(kinds({ ...bad, trunks: [{ name: 'a', state: 'down' }] })).toContain('red trunk');
    expect(kinds({ ...fine, trunks: [] })).toEqual(['red noTrunk']);
    expect(conditionOf(bad, zone)).toBe('bad');
  });

  it('names keys that recordings need, and reminds of recordings that are not encrypted', () => {
    expect(troublesOf({ ...fine, storage: { ...fine.storage, missing_keys: ['2026a'] } }, zone)).toEqual([{ kind: 'keys', tone: 'red', names: ['2026a'] }]);
    const plain = { ...fine, storage: { ...fine.storage, encrypted: false } };
    expect(kinds(plain)).toEqual(['amber plain']);
    expect(conditionOf(plain, zone)).toBe('notice');
  });

  it.each([[0, '0 B'], [999, '999 B'], [1_500_000, '1.5 MB'], [12_400_000, '12 MB'], [999_900, '1.0 MB']])('%d bytes are %s', (n, text) => {
    expect(formatBytes(n)).toBe(text);
  });
});
