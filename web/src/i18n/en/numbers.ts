import type { Shape } from '../shape';
import type { numbers as zh } from '../zh-CN/numbers';

/** Rules of numbers. */
export const numbers: Shape<typeof zh> = {
  title: 'Numbers', note: 'Which numbers may be dialled. From the top, the first rule that fits decides. Changes hold from the next dial on; every version is kept and is in the audit log.',
  edit: 'Change rules', add: 'Add a rule', prefix: 'Prefix', prefixHint: 'As numbers are stored: +852 for another country, 95 for short codes.', allow: 'May be dialled', closed: 'Closed', take: 'Remove rule {{n}}', reason: 'Reason',
  house: 'Rules of this company', shipped: 'Rules that ship (after those of the company)', none: 'The company has no rules; those that ship decide.', any: 'All others', digits: '{{n}} digits', rule: 'Rule', what: 'Kind', may: 'Dialling',
  history: 'Versions', version: 'Version', at: 'Time', by: 'By', config: 'Configuration file', rules: 'Rules (prefixes)', empty: 'None',
  check: 'Check a number', number: 'Number', program: 'Program (caller id)', ask: 'Check', checked: 'Result', invalid: 'This is no telephone number.', stored: 'Stored as', national: 'Written', shown: 'Agents see', decided: 'Decided by', ways: 'Trunks', over: '{{trunk}} sends {{dialled}}, shows {{caller}}', cannot: '{{trunk}} cannot send it', down: ' (down)', noCaller: "the trunk's own", noWays: 'No trunk is on',
  by_house: "The company's rule {{prefix}}", by_shipped: 'Shipped rule {{prefix}}', by_emergency: 'An emergency number, which no rule opens', by_none: '—', notDialled: 'Nothing is dialled.',
  wrong: { emergency: 'An emergency number cannot be opened', effect: 'Has no effect: a rule before it fits all its numbers', form: '1 to 15 digits, a + before a country code, such as +852 or 400', same: 'The rules are as they were', reason: 'Say why, in at most 500 characters', many: 'Too many rules' },
};
