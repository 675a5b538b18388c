import { describe, expect, it } from 'vitest';
import type { PaperItem } from '@/api/types';
import { asked } from '@/features/desk/branching';
import { addPart, asQuestions, filled, freeKey, moved, newItem, ofKind, onBoth, renamed, without } from './draft';

const item = (key: string, more: Partial<PaperItem> = {}): PaperItem => ({ ...newItem([]), key, label: { 'zh-CN': key, en: key }, ...more });

describe('a draft of a questionnaire (Rule C-16)', () => {
  it('gives each new item a key of its own', () => {
    const items = [item('item_2')];
    expect(newItem(items).key).toBe('item_3');
    expect(freeKey('item', ['item_2', 'item_3'])).toBe('item_4');
  });

  it('moves and takes away without changing what was there', () => {
    const list = ['a', 'b', 'c'];
    expect(moved(list, 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(list, 0, -1)).toEqual(list);
    expect(without(list, 1)).toEqual(['a', 'c']);
    expect(list).toEqual(['a', 'b', 'c']);
  });

  it('keeps only what the new kind has', () => {
    const flagged = item('x', { kind: 'yes_no', red_flag_on: ['yes'] });
    expect(ofKind(flagged, 'satisfaction').red_flag_on).toEqual([]);
    expect(ofKind(flagged, 'choice').choices).toHaveLength(2);
    expect(ofKind(item('n', { kind: 'number', min: 1 }), 'text').min).toBeNull();
  });

  it('takes branches along when a key changes', () => {
    const items = [item('a'), item('b', { ask_if: { item: 'a', is: ['yes'] } })];
    expect(renamed(items, 0, 'damage')[1]?.ask_if).toEqual({ item: 'damage', is: ['yes'] });
  });

  it('shows what the agent sees: branches closed, words in the language', () => {
    const items = [item('a'), item('b', { ask_if: { item: 'a', is: ['yes'] }, label: { 'zh-CN': '为什么', en: 'Why' } })];
    const questions = asQuestions(items, 'en', (k) => k.toUpperCase());
    expect(questions[0]?.choices).toEqual([{ key: 'yes', label: 'YES' }, { key: 'no', label: 'NO' }]);
    expect(asked(questions, { a: 'no' })).toHaveLength(1);
    expect(asked(questions, { a: 'yes' })[1]?.label).toBe('Why');
  });
});

describe('a draft of a script (Rules T-10, C-29)', () => {
  it('has the same parts in both languages', () => {
    const s = addPart(addPart({ 'zh-CN': [], en: [] }));
    expect(s.en.map((p) => p.key)).toEqual(['part_1', 'part_2']);
    expect(onBoth(s, (parts) => moved(parts, 0, 1))['zh-CN'].map((p) => p.key)).toEqual(['part_2', 'part_1']);
  });

  it('is filled with names, and leaves what stands for nothing', () => {
    expect(filled('{customer}, {weather}', { customer: '王先生' })).toBe('王先生, {weather}');
  });
});
