import type { Shape } from '../shape';
import type { shift as zh } from '../zh-CN/shift';

export const shift: Shape<typeof zh> = {
  label: 'Shift', since: 'Shift since', none: 'Not at work', end: 'End my shift', ended: 'The shift has ended.', warning: 'Records to finish before the end of the shift: {{n}}. It ends at', refused: 'The shift cannot end yet', refusedMeans: 'What was called today is written up today. These records are not finished; in an emergency a supervisor lets you go.', goOn: 'Write them',
  unfinished: 'Unfinished records', unfinishedNote: 'Who has records to finish (C-23). You may let a shift end with a reason.', allWritten: 'Every record is finished.', agent: 'Agent', records: 'Calls without a record', earlier: 'Of earlier days', count: '{{n}}', state: 'Shift', left: 'Last left with {{n}} open:', let: 'Let go', letOf: 'Let {{name}} go', reason: 'Reason', logged: 'The reason is logged; the records must still be written.',
};
