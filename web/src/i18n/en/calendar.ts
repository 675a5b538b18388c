import type { Shape } from '../shape';
import type { calendar as zh } from '../zh-CN/calendar';

export const calendar: Shape<typeof zh> = {
  title: 'Working days', note: 'Public holidays and make-up working days (T-05). Permitted hours and clocks of five working days go by them; every change is logged.', calendar: 'Calendar', year: 'Year', newCalendar: 'New calendar', setDay: 'Set a day',
  nextYear: 'The public holidays of {{year}} are not announced, or not entered yet', nextYearMeans: 'Until they are, Monday to Friday of that year count as working days, and appointments and clocks across the year’s end may be wrong. Enter the days once they are published, then the notice; an upgrade brings them too.', show: 'Show {{year}}',
  yearOf: 'Year {{year}}', announced: 'Announced', entered: 'Entered by hand', unknown: 'Not announced', unknownMeans: 'The holidays of this year are not known; Monday to Friday count as working days.', workingDays: '{{n}} working days',
  enter: 'Mark as entered', enterOf: 'The holidays of {{year}} are entered', enterMeans: 'Set the holidays and make-up days of the year first, then name the notice. The warning ends.', source: 'Notice or source', withdraw: 'Take back', withdrawSure: 'The warning comes back. Are you sure?',
  date: 'Date', kind: 'Kind', working: 'Working day', off: 'Day off', name: 'Name', from: 'From', set: 'Set here', data: 'Official notice', clear: 'Restore', editOf: 'Edit {{date}}', clearOf: 'Restore {{date}}', noDays: 'No special days.',
  code: 'Code', nameZh: 'Name in Chinese', nameEn: 'Name in English', base: 'Begins with', baseOf: { house: 'the house’s days, with differences', weekdays: 'Monday to Friday, no public holidays' },
};
