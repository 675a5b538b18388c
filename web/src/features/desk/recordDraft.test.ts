import { describe, expect, it } from 'vitest';
import type { Question } from '@/api/types';
import { answered, dispositionsFor, emptyDraft, emptySheet, inputOf, missingIn, saveDelay, storedDraft, storeDraft, type Draft } from './recordDraft';

const now = Date.parse('2026-11-23T02:00:00Z');
const question = (key: string, required: boolean, more: Partial<Question> = {}): Question => ({ key, required, kind: 'text', label: key, choices: [], red_flag: false, red_flag_on: [], ask_if: null, min: null, max: null, prefill: false, ...more });
const whole: Draft = { ...emptyDraft, disposition: 'completed', content: 'a', problems: '无', handling: '无' };

describe('Rule C-01: a record is final only when it is whole', () => {
  it('names every field that is missing, in the order of the form', () => {
    expect(Object.keys(missingIn(emptyDraft, emptySheet, 'answered', now))).toEqual(['disposition', 'content', 'problems', 'handling']);
    expect(missingIn({ ...whole, handling: '  ' }, emptySheet, 'answered', now)).toEqual({ handling: 'required' });
    expect(missingIn(whole, emptySheet, 'answered', now)).toEqual({});
  });

  it('asks for required answers only when the call-back is completed', () => {
    const items = [question('q1', true), question('q2', false)];
    const sheet = { questionnaire: { version: 1, items }, form: { version: 1, items: [question('hope', true)] } };
    expect(missingIn(whole, sheet, 'answered', now)).toEqual({ 'fields.hope': 'required', 'answers.q1': 'required' });
    expect(missingIn({ ...whole, disposition: 'refused' }, sheet, 'answered', now)).toEqual({});
    expect(answered({ ...whole, answers: { q1: 'x', q2: '' } }, items)).toEqual({ n: 1, of: 2 });
  });

  it('wants a time to come for "not convenient" (Rule C-24)', () => {
    const draft: Draft = { ...whole, disposition: 'not_convenient' };
    expect(missingIn(draft, emptySheet, 'answered', now)).toEqual({ appointment_at: 'appointment' });
    expect(missingIn({ ...draft, appointmentAt: '2026-11-23T01:59:00Z' }, emptySheet, 'answered', now)).toEqual({ appointment_at: 'past' });
    expect(missingIn({ ...draft, appointmentAt: '2026-11-24T02:00:00Z' }, emptySheet, 'answered', now)).toEqual({});
  });

  it('offers only what can be true after a call that nobody answered', () => {
    expect(dispositionsFor('no_answer')).not.toContain('completed');
    expect(missingIn(whole, emptySheet, 'busy', now)).toEqual({ disposition: 'not_true' });
  });
});

describe('a draft', () => {
  it('outlives a reload of the tab', () => {
    storeDraft('c1', whole);
    expect(storedDraft('c1')).toEqual(whole);
    storeDraft('c1', null);
    expect(storedDraft('c1')).toBeNull();
    sessionStorage.setItem('huifang.record.c2', '{broken');
    expect(storedDraft('c2')).toBeNull();
  });

  it('goes to the server a second after the last word, and every five seconds while somebody types on', () => {
    expect(saveDelay(0, 0)).toBe(1000);
    expect(saveDelay(0, 3000)).toBe(1000);
    expect(saveDelay(0, 4500)).toBe(500);
    expect(saveDelay(0, 9000)).toBe(0);
  });

  it('sends an appointment only with "not convenient", and no empty answers', () => {
    const draft: Draft = { ...whole, appointmentAt: '2026-11-24T02:00:00Z', answers: { q1: '', q2: 3 } };
    const sent = inputOf(draft, 'draft');
    expect(sent).not.toHaveProperty('appointment_at');
    expect(sent.answers).toEqual({ q2: 3 });
    expect(inputOf(draft, 'final').answers).toEqual({}); // of this questionnaire nothing is asked
  });
});
