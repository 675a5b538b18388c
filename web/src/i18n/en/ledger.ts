import type { Shape } from '../shape';
import type { ledger as zh } from '../zh-CN/ledger';

/** The ledger of call-backs. */
export const ledger: Shape<typeof zh> = {
  title: 'Ledger', note: 'Every finished record, numbered without gaps by month (C-21); superiors review it and give their opinion (C-25). The last 31 days where no dates are chosen.', one: 'Record {{number}}', empty: 'No record is finished yet.', noMatch: 'No records fit.', file: 'Download XLSX', noNumber: 'no number',
  number: 'Number', at: 'Contacted', customer: 'Customer', program: 'Program', agent: 'Agent', result: 'Result', content: 'What was said', score: 'Score', below: 'below {{n}}', slips: 'Slips', call: 'Call', toCall: 'Open the call', toRecording: 'Replay',
  plant: 'Project and equipment', contract: 'Contract', equipment: 'Equipment', others: '{{n}} more', project: 'Project', model: 'Model', amount: 'Amount (CNY)', shipped: 'Shipped', commissioned: 'Commissioned', commissionedFrom: 'Commissioned from', commissionedUntil: 'until', responsible: 'Responsible person', site: 'Site contact',
  corrected: 'Corrected, version {{n}}', versionsTitle: 'Versions', versionOf: 'Version {{n}}', correct: 'Correct the record', correctMeans: 'A correction is one more version; those before stay. Result, slip and task are not changed. The agent corrects on the same day, a supervisor afterwards.', correctReason: 'Why', correctSave: 'Save the correction', chain: 'Chain of call-backs', chainRecord: 'Record', chainSlip: 'Slip',
  review: 'Review', reviews: 'Reviews', reviewed: 'Reviewed', notReviewed: 'Not reviewed', noReviews: 'Nobody has reviewed it yet.', write: 'Review', opinion: 'Opinion', agree: 'Agree', remark: 'Remark',
};
