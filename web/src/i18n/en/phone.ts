import type { Shape } from '../shape';
import type * as zh from '../zh-CN/phone';

/** The softphone: call bar, devices, line quality. */
export const phone: Shape<typeof zh.phone> = {
  label: 'Softphone', idle: 'No task selected', selected: 'To call', spoken: '{{name}}: {{state}}', agentState: 'My state:', controls: 'Call controls',
  dial: 'Call', dialHint: 'Call the selected task Alt+D', dialWhom: 'Select a task first', hangup: 'Hang up', hangupIn: 'Hang up in {{n}} s', locked: 'It has not rung for the minimum; hang-up is possible in {{n}} s.', overrideHangup: 'Hang up early (supervisor)',
  confirmTitle: 'Hang up first?', confirmText: 'Make sure that the customer has finished. Usually the customer hangs up first.', stay: 'Stay in the call', mute: 'Mute', unmute: 'Unmute', hold: 'Hold', resume: 'Resume', keypad: 'Keypad', sentDigits: 'Digits sent',
  cancelling: 'Cancelling…', earlyMedia: 'Network audio', talkTime: 'Talk time', stateTime: 'Time in this state', ringTime: 'Ring time', ringProgress: 'Ring progress', ringText: 'Has rung {{rung}} s of at least {{min}} s', ringMark: '{{n}} s',
  monitored: '{{name}}: {{how}}', customerKeys: 'Keys {{keys}}', pause: 'Pause recording', pauseTitle: 'Why pause the recording?', pauseText: 'You go on hearing each other; the recording stays silent. At most {{left}}, {{n}} more pauses; each one is reviewed.', pauseNone: 'The recording of this call cannot be paused any more.', pauseNote: 'Another reason (required)', unpause: 'Go on recording', unpauseIn: 'The recording is paused, {{left}} left; press to go on',
  complaint: 'Complaint', complaintTitle: 'The customer complains', complaintMark: 'Mark the complaint', complaintNote: 'What it is about, in short', complaintText: 'This moment of the recording is marked, and supervisors see it.', complaintDone: 'The complaint is marked.',
  seconds: 's', recording: 'Recording: {{state}}', notice: 'Notice playing', breaks: { rest: 'Break', lunch: 'Meal', meeting: 'Meeting', training: 'Training' },
};

export const quality: Shape<typeof zh.quality> = {
  title: 'Line quality', label: 'Line quality: {{word}}', none: 'Shown a few seconds into the call.', unknown: 'Measuring', good: 'Good', fair: 'Fair', poor: 'Poor', agentSilent: 'You are not heard', customerSilent: 'Customer not heard',
  agentLeg: 'You to server', customerLeg: 'Server to customer', loss: 'Loss', jitter: 'Jitter', rtt: 'Round trip',
};

export const devices: Shape<typeof zh.devices> = {
  title: 'Sound devices', microphone: 'Microphone', speaker: 'Speaker', default: 'System default', unnamed: 'Unnamed device', tone: 'Play a test tone', toneFailed: 'The test tone cannot be played. Check the speaker.', media: 'Audio: {{page}} here, {{server}} at the server',
};

export const microphone: Shape<typeof zh.microphone> = {
  asking: 'Please allow the microphone in the browser’s prompt.', fellBack: 'The chosen microphone was unplugged; the system default is used.',
  insecure: { title: 'No microphone at this address', help: 'Browsers allow the microphone only over a secure connection. Use an https:// address, or ask an administrator.' },
  denied: { title: 'The microphone was refused', help: 'Click the icon left of the address, set “Microphone” to “Allow”, then try again.' },
  missing: { title: 'No microphone found', help: 'Plug in a headset or microphone, then try again.' },
  busy: { title: 'The microphone cannot be opened', help: 'Another program may be using it. Close other meeting or recording software, then try again.' },
  ended: { title: 'The microphone is gone', help: 'The headset may have been unplugged. Plug it in again, then try again.' },
};

export const check: Shape<typeof zh.check> = {
  title: 'Before work', note: 'Check microphone, speaker and connection, then go ready.', microphone: 'Microphone', level: 'Microphone level', speak: 'Say something; the bar should follow your voice.', speaker: 'Speaker', didYouHear: 'Did you hear the tone?', heard: 'Yes', notHeard: 'No',
  speakerHelp: 'Check the volume and the chosen speaker, then try again.', connection: 'Connection', connected: 'Connected to the server.', connecting: 'Connecting to the server…', mediaLater: 'Audio is connected when you go ready, and serves every call from then on.', start: 'Go ready', later: 'Not yet, look at the tasks',
  noConnection: 'Audio could not be connected. Please try again.', noMicrophone: 'No microphone is available.', step: { ok: 'Works', busy: 'Checking', bad: 'Does not work', waiting: 'Not checked yet' },
};
