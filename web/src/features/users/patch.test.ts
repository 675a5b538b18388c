import { describe, expect, it } from 'vitest';
import type { User } from '@/api/types';
import { nobody, patchOf, type Values } from './patch';

const user: User = { id: 'u', login: 'lihua', name: '李华', staff_number: '1001', roles: ['agent', 'supervisor'], languages: ['zh-CN'], skills: [], department: { id: 'd', name: 'x' }, superior: null, disabled: false };
const values = (change: Partial<Values> = {}): Values => ({ ...user, department_id: 'd', password: '', ...change });

describe('a change of an account', () => {
  it('says nothing when nothing was changed, whatever the order', () => {
    expect(patchOf(user, values({ roles: ['supervisor', 'agent'], name: ' 李华 ' }))).toEqual({});
  });
  it('says just what was changed', () => {
    expect(patchOf(user, values({ disabled: true }))).toEqual({ disabled: true });
    expect(patchOf(user, values({ superior_id: 's' }))).toEqual({ superior_id: 's' });
    expect(patchOf({ ...user, superior: { id: 's', name: 'y' } }, values({ superior_id: undefined }))).toEqual({ superior_id: nobody });
    expect(patchOf(user, values({ password: 'long-enough-1', roles: ['agent'] }))).toEqual({ password: 'long-enough-1', roles: ['agent'] });
  });
});
