import type { Shape } from '../shape';
import type { evidence as zh } from '../zh-CN/evidence';

/** The log of evidence. */
export const evidence: Shape<typeof zh> = {
  title: 'Evidence', note: 'Every fact in its final form is a leaf of a hash tree that only grows; its state is signed at intervals and kept in the locked storage. Whatever is altered, deleted, slipped in or rolled back is found.',
  state: 'Log', name: 'Name', leaves: 'Facts', waiting: 'Not in it yet', healthName: 'Against the stored signature',
  health: { unknown: 'not compared yet', good: 'agrees', bad: 'disagrees: the database was rolled back or altered' },
  keys: 'Public keys', keysNote: 'Give the public key to those who will verify, on a way that does not lead through this system.', copy: 'Copy', since: 'In use since',
  checkpoints: 'Signatures', size: 'Facts covered', at: 'Time', stored: 'Copy in the storage', yes: 'locked', no: 'not there yet', none: 'Nothing is signed yet',
  verify: 'Verify', verifyNote: 'Compares every fact, every signature and the lock of every recording, and reads the chosen share of the recordings again. The system goes on meanwhile.', percent: 'Recordings read again', begin: 'Verify now', running: '{{name}} began at {{at}}; under way…',
  last: 'Last verification (this instance)', never: 'Nothing was verified since this instance started.', ok: 'Everything fits', bad: 'Something does not fit', broken: 'Could not be finished: {{error}}',
  by: 'By', ended: 'Ended', counted: 'Compared', counts: '{{facts}} facts, {{checkpoints}} signatures, {{calls}} calls, {{recordings}} stored recordings, {{read}} of them read as a whole',
  findings: 'What does not fit', noted: 'Known', nothing: 'Nothing', what: 'What', ref: 'Of', detail: 'Detail',
  finding: {
    leaf_missing: 'Leaf missing', leaf_altered: 'Leaf altered', node_altered: 'Hash of the tree altered', fact_altered: 'Fact altered', fact_missing: 'Fact deleted', fact_not_logged: 'Fact not in the log', rolled_back: 'Log rolled back',
    root_differs: 'Not what was signed', checkpoint_bad: 'Signature invalid', checkpoint_unknown: 'Signature gone from the database', checkpoint_unstored: 'Signature gone from the storage', checkpoint_none: 'Not signed yet', object_missing: 'Recording not in the storage', object_unlocked: 'Recording not locked long enough',
    audio_altered: 'Recording altered', call_incomplete: 'Call without recording', timestamp_bad: 'Time stamp',
  },
};
