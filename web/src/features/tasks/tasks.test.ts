import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import type { TaskRow } from '@/api/types';
import { assignAll, changesHands, isOpen } from './assignAll';
import { csvField, exampleFile, importColumns, type ImportColumn } from './importFile';
import { refusalOf, wrongOf } from './wrong';

const row = (id: string, assignee: string | null = null) => ({ id, assignee_id: assignee, state: 'open' }) as TaskRow;

describe('Rule C-15: giving tasks to an agent', () => {
  it('goes on after a refusal and says which one it was', async () => {
    const refused = new ApiError('refused', 409, 'own customer');
    const got = await assignAll([row('a'), row('b'), row('c')], (r) => (r.id === 'b' ? Promise.reject(refused) : Promise.resolve()));
    expect(got).toEqual({ done: 2, failed: [{ row: row('b'), error: refused }] });
  });

  it('does not go on without a server', async () => {
    const tried: string[] = [];
    const got = await assignAll([row('a'), row('b')], (r) => {
      tried.push(r.id);
      return Promise.reject(new ApiError('offline', 0, ''));
    });
    expect(tried).toEqual(['a']);
    expect(got.failed).toHaveLength(2);
  });

  it('needs a reason only when a task changes hands', () => {
    expect(changesHands([row('a'), row('b', 'x')], 'x')).toBe(false);
    expect(changesHands([row('a'), row('b', 'x')], 'y')).toBe(true);
    expect(isOpen({ state: 'data_check' })).toBe(true);
    expect(isOpen({ state: 'calling' })).toBe(false);
  });
});

describe('an import', () => {
  it('has an example that its own header describes', () => {
    const example = Object.fromEntries(importColumns.map((c) => [c, c === 'purpose' ? 'a "b", c' : 'x'])) as Record<ImportColumn, string>;
    const [header, first, rest] = exampleFile(example).split('\r\n');
    expect(header).toBe(`\ufeff${importColumns.join(',')}`);
    expect(first).toBe('x,x,x,x,x,x,x,x,x,"a ""b"", c"');
    expect(rest).toBe('');
    expect(csvField('张三')).toBe('张三');
  });

  it('understands what the server says of single values', () => {
    expect(wrongOf('must have 1 to 100 bytes')).toEqual({ wrong: 'length', params: { n: '100' } });
    expect(wrongOf('is the same as in line 7')).toEqual({ wrong: 'twice', params: { n: '7' } });
    expect(wrongOf('something newer')).toBeNull();
    expect(refusalOf('rule C-15, conflict_own_customer: nobody calls their own customers back')).toEqual({ rule: 'C-15', reason: 'conflict_own_customer' });
    expect(refusalOf('is no agent who works')).toBeNull();
  });
});
