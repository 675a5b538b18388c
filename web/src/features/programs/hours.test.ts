import { describe, expect, it } from 'vitest';
import { hoursOf, textOf } from './hours';

describe('permitted hours as text', () => {
  it('reads back what it writes', () => {
    const hours = { default: ['10:00-11:00', '14:00-16:00'], fri: ['10:00-11:00'], sat: [] };
    expect(textOf(hours)).toBe('10:00-11:00 14:00-16:00\nfri: 10:00-11:00\nsat:');
    expect(hoursOf(textOf(hours))).toEqual(hours);
  });
  it('takes Chinese punctuation', () => expect(hoursOf('10：00-11：00，14:00–16:00\nFri：9:00-10:00')).toEqual({ default: ['10:00-11:00', '14:00-16:00'], fri: ['9:00-10:00'] }));
});
