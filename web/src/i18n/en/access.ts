import type { Shape } from '../shape';
import type { access as zh } from '../zh-CN/access';

/** Access to recordings: requests and grants. */
export const access: Shape<typeof zh> = {
  myTitle: 'My access', myNote: 'Whoever has no listening role asks first; the head of records may grant named recordings for some days. Every list, look, listening and download is logged.',
  ask: 'Request access', stopped: 'Cannot be played any more: the grant was revoked or is over, or the recording cannot be reached.', how: 'Which', byIds: 'By id', byCustomer: 'By customer and period', ids: 'Ids of recordings or calls, one a line', badIds: 'This is no list of ids', customer: 'Customer’s name', purpose: 'Purpose', days: 'Days', download: 'Download as well', send: 'Send request', sent: 'The request waits for the head of records.',
  granted: 'Recordings you may hear', noneGranted: 'No recording is granted to you now.', mine: 'My requests', noneAsked: 'You have not asked yet.',
  started: 'Call', who: 'Customer', agent: 'Agent', until: 'Until', play: 'Play', pause: 'Pause', save: 'Download', asked: 'Asked', by: 'By', state: 'State', reason: 'Reason',
  title: 'Access grants', note: 'Approve, narrow or refuse requests; revoke grants at any time. Nobody decides their own request, and nothing is granted to somebody with an interest in the case.',
  queue: 'Open requests', noneOpen: 'No request waits.', decide: 'Decide', recordings: 'Recordings', noMatch: 'The request matches no recording.', interest: 'Interest', approve: 'Approve selected', refuse: 'Refuse',
  grants: 'Grants', noneGrants: 'Nothing is granted yet.', revoke: 'Revoke', revoked: 'Revoked', over: 'Over', valid: 'Valid', log: 'What was heard', noneLog: 'Nobody has looked yet.', yes: 'with download', no: 'listening only',
};
