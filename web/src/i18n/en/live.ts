import type { Shape } from '../shape';
import type { live as zh } from '../zh-CN/live';

/** The calls of the moment, for supervisors. */
export const live: Shape<typeof zh> = {
  title: 'Live calls', note: 'Listen, whisper to the agent, barge in or take over. Each time is in the audit log and in the recording, with its reason.', empty: 'There are no calls now.', nobody: 'waits for one', inbound: 'inbound', agent: 'Agent', customer: 'Customer', state: 'State', length: 'Length', watched: 'Supervisor', actions: 'Actions', how: 'How to take part', own: 'Your own call',
  listen: 'Listen', whisper: 'Whisper', barge: 'Barge in', take_over: 'Take over', stop: 'Leave', reason: 'Reason', logged: 'Reason, time and your name go into the audit log.',
  text: { listen: 'You will hear {{agent}} and {{customer}}; neither hears you.', whisper: '{{agent}} hears you, {{customer}} does not.', barge: '{{agent}} and {{customer}} both hear you.', take_over: 'You will talk to {{customer}} in place of {{agent}}, and write the record.' },
};
