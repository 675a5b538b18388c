import type { Shape } from '../shape';
import type * as zh from '../zh-CN/desk';

/** The desk: tasks, customer, script, record. */
export const desk: Shape<typeof zh.desk> = {
  tasks: 'Today’s tasks', done: '{{done}} of {{total}} done', search: 'Name, digits, program', filter: 'Kind of task', allKinds: 'All kinds', empty: 'All of today’s tasks are done.', noMatch: 'No task matches.', chooseTask: 'Select a task on the left.', side: 'Record and history',
  wrapups: 'Records to write', attempts: '{{n}}/{{of}} counted', dueAt: 'due {{at}}', appointmentAt: 'appointment {{at}}', openFor: 'open, {{left}} left', openNow: 'can be called now', opensAt: 'from {{at}}', tomorrow: 'tomorrow {{clock}}', doNotCall: 'Do not call',
  windowOpen: 'Permitted hours, left', windowClosed: 'Outside permitted hours, from {{at}}', windowLeft: 'Time left in the permitted hours', otherCall: 'A call is going on for another task.', backToCall: 'Back to the call',
};

export const card: Shape<typeof zh.card> = {
  label: 'Customer', more: 'More actions', appointment: 'Appointment', notConvenient: 'Not convenient now', doNotCall: 'Note “do not call”', allowCalls: 'Allow calls again', close: 'Close the task…', government: 'Government', doNotCallSince: 'Do not call. Use instead: {{channel}}', noChannel: 'another channel',
  numbers: 'Numbers', invalid: 'invalid', program: 'Program', purpose: 'Purpose', appointmentAt: 'Appointment', due: 'Due', hardDue: 'At the latest', kind: 'Kind', grade: 'grade {{grade}}', adviser: 'Adviser', nextSlot: 'Next slot', notes: 'Notes',
};

export const gate: Shape<typeof zh.gate> = { allowed: 'Can be called now', allowedIn: 'Can be called now ({{window}})', left: '{{left}} left', unknown: 'Checking the rules…' };
export const proof: Shape<typeof zh.proof> = { title: 'Counted attempts, windows and dates that “unreachable” needs', text: '{{counted}}/{{needed}} attempts · {{windows}} windows · {{dates}} days' };

export const attempts: Shape<typeof zh.attempts> = {
  titleOf: 'Attempts {{n}}', empty: 'Not called yet.', n: 'No.', dialed: 'Time', outcome: 'Outcome', ring: 'Ring', counted: 'counts', notCounted: 'does not count', reason: 'Reason', recording: 'Recording', running: 'Going on', noRing: 'no ring', seconds: '{{n}} s', ringOk: 'rang long enough', ringShort: 'rang too short',
  signal: 'Evidence of ringing: {{signal}}', heard: 'Heard before the answer: {{sounds}}', endedBy: '(ended by: {{party}})', override: 'Override: {{reason}}',
};

export const script: Shape<typeof zh.script> = { title: 'Script', empty: 'This program has no script.', notice: 'The recording notice plays on answer; begin after it.' };
export const questionnaire: Shape<typeof zh.questionnaire> = { title: 'Questionnaire', titleOf: 'Questionnaire {{n}}/{{of}}', empty: 'This program has no questionnaire.', beforeCall: 'Can be filled in once the customer answers.', required: 'required', redFlag: 'Red flag', redFlagged: 'Watch: will be reported', prefill: 'from the last record', between: '{{min}} to {{max}}', least: '{{min}} or more', most: '{{max}} or less' };
export const history: Shape<typeof zh.history> = { title: 'History', empty: 'This customer was not contacted before.', noContent: 'No content noted', details: 'Details' };

export const record: Shape<typeof zh.record> = {
  title: 'Call record', disposition: 'Result', content: 'What was said', problems: 'Problems', handling: 'Handling', deviation: 'Deviation from the script (if any)', appointment: 'Agreed time', none: 'None', noneFor: '{{field}}: say “None”', kinds: 'Kind of talk', form: 'What the program asks for', save: 'Finish the record', done: 'The record is finished.', isFinal: 'The record is finished.',
  duringCall: 'Write during the call, finish after it.', afterCall: 'Finish the record when the call is over.', incomplete: 'Required fields are empty.', answersMissing: 'Required questions are not answered.',
  hint: { content: 'What was talked about, what the customer said', problems: 'What the customer raised or you noticed', handling: 'What is done, and by whom' },
  missing: { required: 'Required', not_true: 'Does not fit the outcome of the call', appointment: 'Choose the agreed time', past: 'In the past; choose a time to come', outside: 'Outside the limits' },
  savedNote: { idle: 'Drafts are saved by themselves', dirty: 'Not saved yet', saving: 'Saving…', saved: 'Draft saved', failed: 'Draft could not be sent; kept on this PC' },
};

export const appointment: Shape<typeof zh.appointment> = {
  title: 'Agree a time with {{name}}', hint: 'Any time that suits the customer, also outside the usual hours; the call is allowed from 10 minutes before to 30 minutes after.', quick: 'Usual times', at: 'Time', note: 'Note', save: 'Agree', set: 'Agreed.', remove: 'Remove appointment', removed: 'The appointment is removed.', intoRecord: 'The time is in the record and holds once that is finished.',
};

export const close: Shape<typeof zh.close> = { title: 'Close the task', as: 'Close as', unreachable: 'Unreachable', otherChannel: 'Other channel', cancelled: 'Cancelled', reason: 'Reason', ok: 'Close the task', done: 'The task is closed.' };
export const doNotCall: Shape<typeof zh.doNotCall> = { hint: 'The customer is not called any more; use another channel.', channel: 'Channel that the customer prefers', reason: 'The customer’s words, or the reason', undo: 'The customer can then be called again. Are you sure?' };
