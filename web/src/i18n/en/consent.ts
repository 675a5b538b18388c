import type { Shape } from '../shape';
import type { consent as zh } from '../zh-CN/consent';

export const consent: Shape<typeof zh> = {
  menu: 'Consent and groups…', title: '{{name}}: consent and groups', none: 'No consent is noted.', add: 'Note consent', purpose: 'Purpose', proof: 'Proof', ref: 'Where the proof is (contract, recording …)', from: 'From', fromMeans: 'Empty: from now on', until: 'Until (included)', untilMeans: 'Empty: without end', noEnd: 'without end', withdraw: 'Withdraw', withdrawn: 'Withdrawn', reason: 'What the customer said', groups: 'Groups', groupsMean: 'Programs may set hours by group.',
};
