import type { Shape } from '../shape';
import type { reconcile as zh } from '../zh-CN/reconcile';

/** The comparison of calls, recordings, rows and stored objects. */
export const reconcile: Shape<typeof zh> = {
  title: 'Comparison', note: 'Calls, recordings, rows and stored objects are compared daily and whenever asked; a random share of the recordings is read as a whole. The records head closes each difference with a reason.',
  runs: 'Comparisons', begin: 'Compare now', running: 'Comparing…', started: 'Began', by: 'Asked by', daily: 'daily', period: 'Period', counted: 'Compared', counts: '{{calls}} calls, {{recordings}} recordings, {{objects}} objects, {{read}} read as a whole',
  result: 'Result', notEnded: 'Not ended', partial: 'Incomplete', found: '{{n}} differences', fits: 'Everything fits', never: 'Nothing was compared yet.',
  state: 'State', open: 'Open', closed: 'Closed', kind: 'Difference', none: 'No difference is open.', noneClosed: 'No difference was closed.',
  seen: 'Last seen', what: 'Of what', expected: 'Expected', is: 'Found', reason: 'Reason', close: 'Close', closeTitle: 'Close: {{kind}}', closeNote: 'Say why this is in order now. It cannot be changed afterwards and stands in the audit log.',
};
