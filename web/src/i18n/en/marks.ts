import type { Shape } from '../shape';
import type { marks as zh } from '../zh-CN/marks';

/** What was done in calls beside talking: secure pauses, complaints. */
export const marks: Shape<typeof zh> = {
  title: 'Marks', note: 'Pauses of recordings (by whom, how often, how long) and complaints in calls, for supervisors and inspectors.', empty: 'There are no marks yet.', noMatch: 'No marks fit.', at: 'Time', kind: 'Kind', place: 'In the recording', length: 'Length', lasts: 'Going on',
  call: 'Call', by: 'By', reason: 'Reason and note', totals: 'Totals', total: '{{n}} times, {{length}} together', none: 'No marks.',
};
