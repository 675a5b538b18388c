import type { Shape } from '../shape';
import type { filings as zh } from '../zh-CN/filings';

/** What goes to regulators. */
export const filings: Shape<typeof zh> = {
  title: 'Filings', note: 'What goes to a regulator is filed first: authority, reference, legal basis, contents. Only then is its sealed pack made and handed over, once, and all of it is logged (S-03).', list: 'Filings', none: 'Nothing is filed yet.',
  authority: 'Authority', reference: 'Reference', basis: 'Legal basis', recordings: 'Recordings', ids: 'Ids of recordings, one a line', drafted: 'Drafted', state: 'State', pack: 'Sealed pack', next: 'Next',
  draft: 'Draft a filing', save: 'Save draft', file: 'File', hand: 'Note hand-over', handMeans: 'The command huifang export --filing makes the pack and notes this itself. Note it here only when the pack was given out elsewhere.', takenBy: 'Taken by', hash: 'SHA-256 of pack.json', taken: 'Taken by {{name}}', command: 'Command that makes the pack', wanted: 'Required', badHash: '64 hexadecimal digits', ofRecording: 'File for a regulator',
};
