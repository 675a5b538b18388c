/** One colour per word of the server, the same wherever it is shown. Colour never stands alone: see StateTag. */
export type Tone = 'green' | 'blue' | 'amber' | 'red' | 'violet' | 'grey';

const tones: Record<string, Record<string, Tone>> = {
  consentState: { none: 'grey', not_yet: 'blue', valid: 'green', expired: 'amber', withdrawn: 'red' },
  callState: { arming: 'blue', dialing: 'blue', ringing: 'amber', announcing: 'violet', queued: 'amber', talking: 'green', held: 'amber', wrapup: 'violet', closed: 'grey' },
  taskKind: { wrapup: 'violet', complaint: 'red', appointment: 'blue', overdue: 'red', retry: 'amber', due: 'blue', later: 'grey', done: 'green' },
  taskState: { open: 'blue', waiting: 'amber', appointment: 'blue', calling: 'green', wrapup: 'violet', done: 'green', unreachable: 'grey', data_check: 'red', other_channel: 'grey', cancelled: 'grey' },
  outcome: { answered: 'green', answered_at_deadline: 'green', no_answer: 'amber', busy: 'amber', rejected: 'amber', unreachable: 'amber', invalid_number: 'red', ring_too_short: 'grey', cancelled: 'grey', trunk_failure: 'red', recorder_failure: 'red', internal: 'red', not_taken: 'amber' },
  recordingState: { opened: 'grey', spooling: 'red', sealed: 'blue', uploading: 'blue', stored: 'blue', verified: 'green', held: 'violet', expired: 'grey', deleted: 'grey', failed: 'red', missing: 'red' },
  agentState: { offline: 'grey', ready: 'green', break: 'violet', calling: 'blue', wrapup: 'amber' },
  difference: { call_without_recording: 'red', recording_without_object: 'red', object_without_row: 'amber', duration_differs: 'amber', channel_empty: 'amber', hash_differs: 'red' },
  markKind: { pause: 'amber', complaint: 'red', monitor: 'blue', handover: 'violet', transfer: 'violet' },
  trunkState: { up: 'green', down: 'red', unknown: 'grey' },
  worm: { enforced: 'green', not_enforced: 'red', unsupported: 'red', unknown: 'amber' },
  filingState: { drafted: 'grey', filed: 'blue', handed_over: 'green' },
  accessState: { open: 'amber', approved: 'green', refused: 'red' },
  accessAction: { listed: 'grey', opened: 'blue', fetched: 'blue', heard: 'green', downloaded: 'amber', exported: 'amber', refused: 'red' },
  paperState: { draft: 'amber', published: 'green', retired: 'grey' },
  suggestionState: { open: 'amber', accepted: 'green', declined: 'grey' },
  satisfaction: { satisfied: 'green', fair: 'amber', dissatisfied: 'red', unreachable: 'grey' },
  verdict: { agreed: 'green', remarked: 'amber' },
  messageState: { queued: 'amber', sending: 'blue', sent: 'blue', delivered: 'green', failed: 'red', opted_out: 'grey', cancelled: 'grey' },
  planState: { draft: 'grey', submitted: 'amber', returned: 'red', approved: 'blue', filed: 'blue', running: 'green', closed: 'grey' },
  importState: { checked: 'amber', applied: 'green', undone: 'grey' },
  importAction: { created: 'green', changed: 'blue', unchanged: 'grey', wrong: 'red' },
  caseState: { facts: 'amber', reported: 'amber', interview: 'amber', branch: 'amber', head_office: 'violet', measures: 'amber', answer: 'amber', call_back: 'blue', closed: 'green' },
  slipState: { open: 'amber', answered: 'blue', closed: 'green' },
};

export function toneOf(group: string, value: string | null | undefined): Tone {
  return tones[group]?.[value ?? ''] ?? 'grey';
}
