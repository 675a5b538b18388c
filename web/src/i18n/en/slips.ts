import type { Shape } from '../shape';
import type { slips as zh } from '../zh-CN/slips';

/** Feedback slips. */
export const slips: Shape<typeof zh> = {
  title: 'Feedback slips', note: 'What customers are dissatisfied with or suggest goes to the department that must act, is answered within five working days (C-18), and is closed when the customer, called again, says so (C-17).', one: 'Slip {{number}}', empty: 'There are no slips yet.', noMatch: 'No slips fit.', all: 'All',
  number: 'Number', customer: 'Customer', kind: 'Kind', matter: 'Matter', suggestion: 'Customer’s suggestion', department: 'Department', owner: 'Owner', at: 'Department and owner', nobody: 'nobody yet', due: 'Answer by', overdue: 'Overdue', state: 'State', round: 'round {{n}}', satisfaction: 'Customer says',
  handling: 'Handling', answer: 'Answer to the customer', second: 'Second call-back', from: 'Opened by', call: 'The call', history: 'History', system: 'the system', reason: 'Reason',
  assign: 'Give to', give: 'Give', waits: 'It waits for its owner.', answerIt: 'Answer', answerMeans: 'Makes the second call-back, in which the customer says whether they are satisfied.', send: 'Answer and call again', verifying: 'It waits for the second call-back: satisfied, it is closed; dissatisfied, it comes back.',
  unsettled: 'The customer has not said', unsettledMeans: 'Call again; or close it where the customer is proven to be unreachable (T-04).', callAgain: 'Call again', closeUnreachable: 'Close as unreachable',
  write: 'Feedback slip', needed: 'The customer is dissatisfied: a slip to the department that must act is needed (C-17).', choose: 'Choose',
};
