import type { Shape } from '../shape';
import type { calls as zh } from '../zh-CN/calls';

/** One call. */
export const calls: Shape<typeof zh> = {
  title: 'Call', call: 'Call', quality: 'Audio quality', leg: { agent: 'Agent to server', customer: 'Customer to server' }, atMost: 'at most', late: 'Late packets', farLoss: 'Loss as they report', unheard: 'Time not heard', concealed: 'Concealed samples of the browser', silent: 'of these silence', browser: 'In the browser: loss, jitter, round trip', attempts: 'Attempts', record: 'Record', recording: 'Recording', customer: 'Customer', agent: 'Agent', program: 'Program', outcome: 'Outcome', started: 'Started', ringing: 'Ringing', answered: 'Answered', notice: 'Notice', talk: 'Talk began', ended: 'Ended', endedBy: 'Ended by', id: 'Call id',
  noRecord: 'No record yet.', number: 'Record number', score: 'Score (C-16)', recordState: 'State', final: 'Final', draft: 'Draft', disposition: 'Result', method: 'Method', answers: 'Answers',
};
