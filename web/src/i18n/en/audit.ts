import type { Shape } from '../shape';
import type { audit as zh } from '../zh-CN/audit';

/** The audit log. */
export const audit: Shape<typeof zh> = {
  title: 'Audit log', note: 'Who did what and when, and which rule refused it.', empty: 'Nothing logged yet.', noMatch: 'No entry matches.', at: 'Time', action: 'Action', actor: 'Who', system: 'System', reason: 'Rule and reason', object: 'Object', id: 'Object id', ip: 'Address',
};
