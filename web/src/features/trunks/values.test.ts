import { describe, expect, it } from 'vitest';
import type { Trunk } from '@/api/types';
import { fixed, fresh, inputOf, valuesOf } from './values';

const none = { attempts: 0, answered: 0, failed: 0, rang: 0, post_dial_delay_ms: 0, outcomes: {} };
const { password: _, forget: __, ...said } = fresh;
const trunk: Trunk = { ...said, id: 't1', name: 'north', address: '192.0.2.1:5060', caller_id: '95500', has_password: true, keys_exposed: false, source: 'page', updated_at: '2026-11-01T00:00:00Z', state: 'up', since: null, degraded: false, calls: 0, recent: none, today: none };

describe('the form of a trunk', () => {
  it('holds what can be said about it, and no password', () => {
    expect(valuesOf(trunk)).toEqual({ ...fresh, name: 'north', address: '192.0.2.1:5060', caller_id: '95500' });
  });

  it('sends a password only when one was typed, and an empty one to take it away', () => {
    expect(inputOf(trunk, {})).not.toHaveProperty('password');
    expect(inputOf(trunk, { password: 's3cret' }).password).toBe('s3cret');
    expect(inputOf(trunk, { forget: true }).password).toBe('');
  });

  it('sends all fields, trimmed, and none of its own', () => {
    const input = inputOf(null, { name: ' south ' });
    expect(Object.keys(input).sort()).toEqual(Object.keys(said).sort());
    expect(input.name).toBe('south');
  });

  it('leaves to the configuration file what it says', () => {
    expect(fixed({ ...trunk, source: 'config' }, 'address')).toBe(true);
    expect(fixed({ ...trunk, source: 'config' }, 'max_calls')).toBe(false);
    expect(fixed(trunk, 'address')).toBe(false);
  });
});
