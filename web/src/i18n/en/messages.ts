import type { Shape } from '../shape';
import type { messages as zh, templates as zhTemplates } from '../zh-CN/messages';

/** SMS and e-mail. */
export const messages: Shape<typeof zh> = {
  title: 'Messages', note: 'What customers were told by SMS and e-mail: to whom, what, and whether it arrived, with its proof (C-14, C-26).', empty: 'There are no messages yet.', noMatch: 'No messages fit.', all: 'All', customer: 'Customer', search: 'Customer’s name or code',
  purpose: 'About', channel: 'Channel', to: 'To', state: 'State', at: 'Time', by: 'Sent by', system: 'the system', text: 'Text', subject: 'Subject', one: 'Message', segments: '{{n}} SMS', steps: 'What became of it', proof: 'Fingerprint of the receipt', gatewayId: 'Gateway’s id', error: 'Last error', tries: 'Tried {{n}} times, next ',
  retry: 'Send again', retryMeans: 'One that the gateway did not confirm may have been sent; sent again, the customer may get it twice.', cancel: 'Withdraw', closes: 'Its delivery closes the task as served otherwise (C-14)', task: 'Open the task',
  offerMissed: '{{n}} counted attempts without an answer: you may send the customer a message.', offerNotice: 'The customer does not want calls: write by {{channel}} instead; its delivery closes the task (C-14).', offer: 'Send {{channel}}', send: 'Send', sendTitle: 'Send a message', sent: 'On its way', preview: 'Preview', loading: 'Making the preview', units: '{{units}} characters, {{encoding}}', version: 'template version {{n}}',
  ofTask: 'Messages', ofTaskN: 'Messages ({{n}})', none: 'This task has no messages yet.', write: 'Write', festival: 'Name of the festival',
  channels: 'Ways to write', channelsNote: 'A channel that the customer refuses is not used; mailboxes and numbers are masked.', possible: 'possible', mailboxes: 'Mailboxes', addMailbox: 'Add a mailbox', mailbox: 'E-mail address', add: 'Add', invalid: 'does not exist', noMailbox: 'No mailbox is noted.',
  refusals: 'Refused by the customer', refuse: 'Note a refusal', refuseChannel: 'Channel', said: 'What the customer said', refused: '{{channel}}: {{how}}', lift: 'Allow again', liftReason: 'Reason to allow it again', save: 'Note',
};

/** Templates of messages. */
export const templates: Shape<typeof zhTemplates> = {
  title: 'Message templates', note: 'A change is a new version, for messages that are written from then on; what was sent stays.', edit: 'Change template', purpose: 'About', channel: 'Channel', language: 'Language', version: 'Version', by: 'Changed by', shipped: 'shipped', text: 'Text', open: 'Change', placeholders: 'Placeholders', save: 'Save as a new version', saved: 'Saved as version {{n}}', sample: 'Sample', history: 'All versions', segments: 'The sample has {{units}} characters ({{encoding}}): {{n}} SMS', dirty: 'Change it to save it',
};
