import type { Shape } from '../shape';
import type * as zh from '../zh-CN/common';

/** Texts used everywhere. */
export const common: Shape<typeof zh.common> = {
  again: 'Try again', save: 'Save', saved: 'Saved', cancel: 'Cancel', close: 'Close', more: 'Load more', shown: '{{n}} shown', search: 'Search', reset: 'Clear', all: 'All',
  from: 'From', to: 'To', none: 'None', yes: 'Yes', no: 'No', back: 'Back', edit: 'Edit', loading: 'Loading', required: 'Required', done: 'Done', open: 'Open',
};

export const fault: Shape<typeof zh.fault> = {
  allowedAt: 'Allowed from {{at}}.', rule: '(Rule {{rule}})', ref: 'Incident {{ref}}',
};

export const refusal: Shape<typeof zh.refusal> = {
  title: '{{name}} cannot be called now', rule: 'Business rule {{rule}}', next: 'Earliest time allowed:', getReady: 'Go ready', override: 'Call all the same',
  overrideReason: 'Reason for the supervisor’s override', overrideLogged: 'Reason, time and your name go into the audit log.',
};
