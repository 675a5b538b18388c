import type { Trunk, TrunkInput } from '@/api/types';

/** What the form of a trunk holds. An empty password means: as it is, unless it is to be taken away. */
export interface Values extends Omit<TrunkInput, 'password'> { password: string; forget: boolean }

export const fresh: Values = {
  name: '', enabled: true, address: '', transport: 'udp', domain: '', username: '', password: '', forget: false, caller_id: '', caller_ids: [], register: false, register_expires_s: 0,
  srtp: 'off', strip_prefix: '', add_prefix: '', rewrites: [], max_calls: 0, calls_per_second: 0, priority: 0, weight: 1, sources: [], media_sources: [], outcomes: [], probe_number: '',
};

/** The values of a trunk: what the API tells, without what it only tells. */
export function valuesOf(trunk: Trunk | null): Values {
  if (!trunk) return fresh;
  const told = Object.keys(fresh) as Array<keyof Values>;
  return { ...fresh, ...Object.fromEntries(told.filter((k) => k in trunk).map((k) => [k, trunk[k as keyof Trunk]])) };
}

/** What only the page says of a trunk that the configuration file names. */
const ofThePage = new Set<keyof Values>(['enabled', 'max_calls', 'calls_per_second', 'priority', 'weight', 'probe_number', 'rewrites']);

/** Whether a field of this trunk is said in the configuration file, and changed there. */
export const fixed = (trunk: Trunk | null, field: keyof Values): boolean => trunk?.source === 'config' && !ofThePage.has(field);

/** The command; fields that the form did not show are as they were. */
export function inputOf(trunk: Trunk | null, values: Partial<Values>): TrunkInput {
  const { password, forget, ...rest } = { ...valuesOf(trunk), ...values };
  const trimmed = Object.fromEntries(Object.entries(rest).map(([k, v]) => [k, typeof v === 'string' ? v.trim() : v])) as Omit<TrunkInput, 'password'>;
  if (forget) return { ...trimmed, password: '' };
  return password ? { ...trimmed, password } : trimmed;
}
