import type { queue as zh } from '../zh-CN/queue';
import type { Shape } from '../shape';

export const queue: Shape<typeof zh> = {
  label: 'Queue', next: 'Next customer', auto: 'Open the next by itself', autoMeans: 'The next customer’s card opens after the record is finished. It never dials by itself.', nothing: 'Nothing can be called now.', again: 'Next:',
  skip: 'Skip', skipTitle: 'Skip {{name}}', reason: 'Reason', skipMeans: 'The reason is logged. You are not offered the task for half an hour; colleagues can take it at once.',
};
