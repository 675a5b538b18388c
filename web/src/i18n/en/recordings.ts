import type { Shape } from '../shape';
import type { recordings as zh } from '../zh-CN/recordings';

/** Search and replay of recordings. */
export const recordings: Shape<typeof zh> = {
  title: 'Recordings', one: 'Replay', toList: 'Back to the recordings', logged: 'Opening and listening go into the audit log.', empty: 'No recordings in the last 90 days.', noMatch: 'No recording matches. Widen the search.',
  started: 'Started', length: 'Length', customer: 'Customer', digits: 'Last digits', agent: 'Agent', program: 'Program', outcome: 'Outcome', state: 'State', interrupted: 'Interrupted', emptyBoth: 'Both silent', emptyLeft: 'Agent silent', emptyRight: 'Customer silent',
  player: 'Player', play: 'Play', pause: 'Pause', back: '5 s back', on: '5 s on', position: 'Position', hear: 'Channels heard', speed: 'Speed', marks: 'Marks of the call', cannotPlay: 'It cannot be played. The recording may be out of reach for now; try again later.', notPlayable: 'The recording is “{{state}}” and cannot be played now.',
  proof: 'Proof of integrity', trouble: 'Storage has a problem', size: 'Size', law: 'Coding', spoken: 'Sound', stored: 'Stored', verified: 'Verified', retainUntil: 'Kept until', object: 'Object', version: 'Version', copy: 'Copy', copied: 'Copied.', check: 'Check again', checkOk: 'Identical: what is stored is what was sealed.', checkBad: 'Not identical! Report this at once.',
  accesses: 'Who listened', noAccess: 'Nobody has opened it yet.', when: 'When', who: 'Who', did: 'Did', part: 'Part',
};
