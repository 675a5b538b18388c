import type { Shape } from '../shape';
import type { calling as zh } from '../zh-CN/calling';

export const calling: Shape<typeof zh> = {
  title: 'Calling rules: {{name}}', open: 'Calling rules', openOf: 'Calling rules of {{name}}', hours: 'Permitted hours (working days, the customer’s time)', hoursForm: 'Such as 10:00-11:00 14:00-16:00; a weekday that differs on a line of its own: fri: 10:00-11:00.', government: 'Hours of government customers', groups: 'By group of customers', groupsMean: 'From the top, the first that fits counts. It may change the hours, or the calendar only.', group: 'Group {{n}}', addGroup: 'Add a group', remove: 'Remove group {{n}}', by: 'By', value: 'Value', groupHours: 'Hours', same: 'as the program', calendar: 'Calendar',
  consent: 'Consent needed (T-14)', consentMeans: 'Customers without a valid consent are not dialled; the database refuses too.', noConsent: 'None', progressive: 'Open the next card after the record', reason: 'Reason of the change', save: 'Save as version {{n}}', history: 'Versions', version: 'Version {{n}}',
};
