import type { Shape } from '../shape';
import type { transfer as zh } from '../zh-CN/transfer';

/** Transfer, consultation, three in a call, and calls that ring here. */
export const transfer: Shape<typeof zh> = {
  button: 'Transfer', title: 'Transfer to a colleague', customer: 'Customer: {{name}}', colleagues: 'Colleagues', none: 'No colleague can take a call now.', search: 'Name or department', speaks: 'Speaks the customer’s language', note: 'Note for the colleague', noteHint: 'For instance: asks about the fees', consult: 'Ask first', blind: 'Give away', hold: 'The customer hears music meanwhile; the recording goes on.',
  offered: 'Ringing at {{name}}’s; the customer hears music', consulting: 'You are asking {{name}}; the customer hears music. This is recorded too', threeWay: 'You, the customer and {{name}} talk', cancel: 'Take back', complete: 'Complete', join: 'Three-way', back: 'Back to the customer', again: 'Ask again', sendAway: 'Go on without {{name}}',
  helping: '{{name}} asks you; {{customer}} hears music. This is recorded too', helpingThree: 'You, {{name}} and {{customer}} talk', leave: 'Leave', result: 'Transfer: {{how}}',
  offer: { transfer: '{{name}} gives you a call', consult: '{{name}} wants to ask you', inbound: 'A customer calls' }, why: 'Note', noWhy: 'No note', about: 'We called about', noAbout: 'No task text', last: 'Our last call', never: 'None yet', language: 'Language', number: 'Number', left: '{{n}} s left', accept: 'Answer', decline: 'Decline',
};
