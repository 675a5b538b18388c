import { describe, expect, it } from 'vitest';
import type { Question } from '@/api/types';
import { answersOf, asked, coherent, progress, redFlags, wanting } from './branching';

const question = (key: string, kind: Question['kind'], more: Partial<Question> = {}): Question => ({ key, kind, required: true, label: key, choices: [], red_flag: false, red_flag_on: [], ask_if: null, min: null, max: null, prefill: false, ...more });

/** As internal/callback/questionnaire_test.go has it: damage, then what, then how many panes. */
const items = [
  question('damage', 'yes_no'),
  question('what', 'choices', { ask_if: { item: 'damage', is: ['yes'] }, red_flag_on: ['theft'] }),
  question('panes', 'number', { ask_if: { item: 'what', is: ['glass'] }, min: 1, max: 20 }),
  question('fees', 'yes_no', { required: false, red_flag_on: ['yes'] }),
];
const keys = (list: Question[]) => list.map((i) => i.key);

describe('Rule C-16: branches', () => {
  it('asks what the answers open, and only that', () => {
    expect(keys(asked(items, {}))).toEqual(['damage', 'fees']);
    expect(keys(asked(items, { damage: 'no', what: ['glass'] }))).toEqual(['damage', 'fees']);
    expect(keys(asked(items, { damage: 'yes' }))).toEqual(['damage', 'what', 'fees']);
    expect(keys(asked(items, { damage: 'yes', what: ['frame', 'glass'] }))).toEqual(['damage', 'what', 'panes', 'fees']);
  });

  it('demands what is asked, and keeps numbers within their limits', () => {
    expect(wanting(items, { damage: 'no' }, true)).toEqual({});
    expect(wanting(items, { damage: 'yes', what: [] }, true)).toEqual({ what: 'required' });
    expect(wanting(items, { damage: 'yes', what: ['glass'], panes: 21 }, true)).toEqual({ panes: 'outside' });
    expect(wanting(items, { damage: 'yes', what: ['glass'], panes: 20 }, true)).toEqual({});
    expect(wanting(items, { damage: 'yes' }, false)).toEqual({});
    expect(progress(items, { damage: 'yes', what: ['glass'] })).toEqual({ n: 2, of: 4 });
  });

  it('sends no answer to what is not asked any more, and none that is blank', () => {
    expect(coherent(items, { damage: 'no', what: ['glass'], panes: 3, fees: '' })).toEqual({ damage: 'no' });
  });

  it('sees red flags only where it asks', () => {
    expect(redFlags(items, { damage: 'yes', what: ['glass', 'theft'], fees: 'yes' })).toEqual(['what', 'fees']);
    expect(redFlags(items, { damage: 'no', what: ['theft'] })).toEqual([]);
  });

  it('reads several choices back', () => {
    expect(answersOf({ a: ['x', 3], b: 1, c: 'y', d: null })).toEqual({ a: ['x'], b: 1, c: 'y' });
  });
});
