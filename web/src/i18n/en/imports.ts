import type { Shape } from '../shape';
import type * as zh from '../zh-CN/imports';

/** Imports and weekly feeds. */
export const imports: Shape<typeof zh.imports> = {
  title: 'Imports', note: 'Takes in the tables (CSV or XLSX) of customers, contracts, equipment, deliveries and events that departments hand in: look first, then import; rows are recognised by their key, so nothing comes twice; an import can be undone until something has used it (C-22).', empty: 'No file was imported yet.', noMatch: 'No imports fit.', take: 'Import a file', takeMeans: 'Say what it holds and choose the file. It is read and checked; nothing is changed before you say so.',
  what: 'Contents', kinds: 'A single file', forWeek: 'Counts as the feed of the week of {{day}}.', choose: 'Choose a file', kind: 'Contents', state: 'State', file: 'File', at: 'Handed in', rows: 'Rows', created: 'New', changed: 'Changed', wrong: 'Wrong', weekOf: 'week of {{day}}',
  format: 'Read as', feed: 'Weekly feed', applied: 'Imported', undone: 'Undone', nRows: '{{n}} rows', nCreated: '{{n}} new', nChanged: '{{n}} changed', nUnchanged: '{{n}} as they are', nWrong: '{{n}} wrong',
  applyAll: 'Import all {{n}} rows', applyRight: 'Import only the {{n}} right rows', undo: 'Undo the import', undoMeans: 'What is new goes, what was changed is as before. Where somebody has called, recorded or changed something since, it cannot be undone.', reason: 'Why it is undone',
  problems: 'What is wrong', line: 'Line', column: 'Column', value: 'Value', problem: 'Problem', noColumn: '(missing: {{field}})', firstProblems: 'The first {{n}} are listed.', columns: 'What the columns hold', none: 'left out', nth: 'column {{n}}', checkAgain: 'Check again with these columns', preview: 'The first rows as understood', does: 'Would be',
};

export const feeds: Shape<typeof zh.feeds> = {
  title: 'Weekly feeds', note: 'The files that departments hand in every week. One that does not come by its day is shown here, counted, and in the audit log (C-22); from deliveries every customer of the week is called (C-08).', empty: 'No weekly feeds are agreed yet.', new: 'New feed', change: 'Edit feed {{name}}', name: 'Name', department: 'Department', weekday: 'Day', weekdayMeans: 'By the end of this day, or of the next working day.', due: 'Due this week', last: 'Came last', never: 'never', stands: 'This week',
  came: 'Is in', waits: 'Awaited', missed: '{{n}} missing', ended: 'Not expected', expected: 'Is expected', missing: 'Weekly feeds have not come', weeks: 'missing: week of {{days}}',
};
