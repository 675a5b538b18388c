import type { Shape } from '../shape';
import type { system as zh } from '../zh-CN/system';

/** The state of the system: the strip, and the word at the foot of the navigation. */
export const system: Shape<typeof zh> = {
  title: 'System', condition: { ok: 'System OK', notice: 'Notice', bad: 'System fault', unknown: 'Unknown' }, comma: ', ',
  recorder: 'Recorder', works: 'Works', fails: 'Fails', storage: 'Storage', reachable: 'Reachable', away: 'Not reachable', worm: 'Write-once', probedAt: 'probed', encryption: 'Encryption', encrypted: 'On', plain: 'Off', noKeys: 'Keys missing: {{names}}', backlog: 'To be uploaded', waiting: '{{n}} ({{bytes}}), oldest {{oldest}}',
  trunks: 'Trunks', thisYear: 'Holidays this year', nextYear: 'Holidays next year', announced: 'Announced', notAnnounced: 'Not announced', time: 'Server time', asOf: 'As of', version: 'Version',
  trouble: {
    recorder: 'The recorder does not work ({{reason}}); nothing is dialled.', worm: 'Write-once lock of the recording storage: {{worm}}. Tell an administrator at once.', storage: 'The recording storage is away; new recordings wait here and are uploaded when it is back.',
    backlog: 'The recording storage is away; {{n}} recordings ({{bytes}}) wait, the oldest since {{oldest}}.', trunk: 'Trunk {{names}} is down; the others still work.', trunks: 'Trunk {{names}} is down; no calls can be made.', noTrunk: 'No trunk is set up; no calls can be made.',
    keys: 'Stored recordings need keys that are not in the key file ({{names}}); they cannot be played. Tell an administrator.', plain: 'Recordings are not encrypted before they are sent to the storage.',
    calendar: 'The public holidays of {{year}} are not known yet; days count as ordinary working days.',
  },
};
