import type { Shape } from '../shape';
import type { programs as zh } from '../zh-CN/programs';

/** Rules of call-back programs. */
export const programs: Shape<typeof zh> = {
  title: 'Programs', note: 'Limits of the secure pause (T-13), the caller ids that may be shown (T-14), and whether agents see that a supervisor listens. Changes hold for calls that begin afterwards and are in the audit log.', change: 'Edit {{name}}', name: 'Program', code: 'Code', longest: 'Longest pause (s)', number: 'Pauses of a call', total: 'All pauses of a call (s)', pauses: 'Pauses of the recording', limits: '{{longest}} s · {{number}} times · {{total}} s together', none: 'Not allowed', show: 'Agents see that a supervisor listens', shown: 'Shown', hidden: 'Not shown', showMeans: 'Whispering and barging in are always shown.', noneMeans: 'With 0 pauses the recording cannot be paused.', callers: 'Caller ids', callersMean: 'The first that is registered with the trunk is shown; a trunk with none of them is not used. Empty: the trunk’s own.', trunks: 'The trunk’s own',
};
