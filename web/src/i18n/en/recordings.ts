import type { Shape } from '../shape';
import type { recordings as zh } from '../zh-CN/recordings';

/** Search and replay of recordings. */
export const recordings: Shape<typeof zh> = {
  title: 'Recordings', one: 'Replay', toList: 'Back to the recordings', logged: 'Opening and listening go into the audit log.', empty: 'No recordings in the last 90 days.', noMatch: 'No recording matches. Widen the search.',
  started: 'Started', length: 'Length', customer: 'Customer', digits: 'Last digits', agent: 'Agent', program: 'Program', outcome: 'Outcome', state: 'State', interrupted: 'Interrupted', emptyBoth: 'Both silent', emptyLeft: 'Agent silent', emptyRight: 'Customer silent',
  more: 'More conditions', fewer: 'Fewer conditions', direction: 'Direction', outbound: 'Outbound', inbound: 'Inbound', ring: 'Ring', ringMet: 'Rang long enough', ringShort: 'Rang too short', attempts: 'Dials ≥', shortest: 'Seconds ≥', longest: 'Seconds ≤', satisfaction: 'Satisfaction', dissatisfied: 'Something dissatisfied', dissatisfiedWith: 'Dissatisfied: {{item}}', hold: 'Hold', held: 'Held', notHeld: 'Not held', retainBefore: 'Ends before',
  score: 'Score', scoreBelow: 'Score <', tag: 'Tag', branch: 'Branch', tags: 'Tags', addTag: 'Add a tag', removeTag: 'Take off {{tag}}', saved: 'Saved searches', noneSaved: 'None yet: set conditions, then save them', save: 'Save search', saveName: 'Name', moving: 'Always the last {{n}} days', forget: 'Forget {{name}}',
  player: 'Player', play: 'Play', pause: 'Pause', back: '5 s back', on: '5 s on', position: 'Position', hear: 'Channels heard', speed: 'Speed', marks: 'Marks of the call', cannotPlay: 'It cannot be played. The recording may be out of reach for now; try again later.', comments: 'Comments', comment: 'Comment on this place (it stands once written)', say: 'Comment', loop: 'Loop', loopFrom: 'From {{from}} to here', loopOff: 'Looping {{from}}–{{to}}, end',
  questions: 'Questions of the record', questionMeans: 'Plays from a little before the answer was written down',
  imported: 'Another line', lesser: 'Made on another line: evidence of a lesser class', lesserMeans: 'Source: {{source}}. Reason: {{reason}}. Taken in by {{by}}',
  keys: 'Space plays and pauses · ← → 5 s · [ ] speed · B both, L agent, R customer · O start, end and end of a loop',
  notPlayable: {
    opened: 'The call has no sound yet; the recording has not begun.', spooling: 'The call goes on. It can be played when it has ended and is sealed.', failed: 'The recording failed: nothing was recorded, or the storage does not take it. What there is lies on the instance’s disk; the proof says why.',
    missing: 'The recording cannot be found, neither in the storage nor on an instance. The alarm is raised; tell operations.', expired: 'Its time is over and its deletion is approved; it is being deleted and is not played any more.', deleted: 'Deleted after its time with the approval of a second person. The log keeps the notice of it.', pending: 'The recording is sealed and still waits on instance {{instance}} for the storage. Try again later.',
  },
  proof: 'Proof of integrity', trouble: 'Storage has a problem', size: 'Size', law: 'Coding', spoken: 'Sound', stored: 'Stored', verified: 'Verified', retainUntil: 'Kept until', object: 'Object', key: 'Encrypted with key', notEncrypted: 'Not encrypted', objectHash: 'SHA-256 of the object', version: 'Version', copy: 'Copy', copied: 'Copied.', check: 'Check again', checkOk: 'Identical: what is stored is what was sealed.', checkBad: 'Not identical! Report this at once.',
  accesses: 'Who listened', noAccess: 'Nobody has opened it yet.', when: 'When', who: 'Who', did: 'Did', part: 'Part',
};
