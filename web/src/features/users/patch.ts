import type { User, UserPatch } from '@/api/types';

export interface Values { login: string; name: string; staff_number: string; roles: string[]; languages: string[]; skills?: string[]; department_id?: string; superior_id?: string; password: string; disabled: boolean }

/** The id that takes the superior away. */
export const nobody = '00000000-0000-0000-0000-000000000000';

const same = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();

/** Only what was changed: the audit log then says just that. */
export function patchOf(user: User, values: Values): UserPatch {
  const patch: UserPatch = {};
  if (values.name.trim() !== user.name) patch.name = values.name.trim();
  if (!same(values.roles, user.roles)) patch.roles = values.roles;
  if (!same(values.languages, user.languages)) patch.languages = values.languages;
  if (!same(values.skills ?? [], user.skills)) patch.skills = values.skills ?? [];
  if (values.department_id && values.department_id !== user.department?.id) patch.department_id = values.department_id;
  if ((values.superior_id ?? '') !== (user.superior?.id ?? '')) patch.superior_id = values.superior_id ?? nobody;
  if (values.disabled !== user.disabled) patch.disabled = values.disabled;
  if (values.password) patch.password = values.password;
  return patch;
}
