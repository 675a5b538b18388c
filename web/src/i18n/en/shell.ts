import type { Shape } from '../shape';
import type * as zh from '../zh-CN/shell';

/** The frame of the page: top bar, navigation, help, sign-in. */
export const shell: Shape<typeof zh.shell> = {
  brand: 'Huifang', skip: 'Skip to content', nav: 'Main', navRail: 'Small menu', navList: 'Wide menu', help: 'Keyboard shortcuts', check: 'Check devices', sessions: 'Sessions', signOut: 'Sign out',
  signOutInCall: 'A call is going on; signing out ends it. Sign out?', user: 'Account menu: {{name}}',
};

export const nav: Shape<typeof zh.nav> = { dutyRules: 'Duty rules', coverage: 'Coverage', calendar: 'Working days', unfinished: 'Unfinished', desk: 'Desk', tasks: 'Tasks', recordings: 'Recordings', live: 'Live', marks: 'Marks', users: 'Users', tokens: 'API tokens', imports: 'Imports', feeds: 'Feeds', programs: 'Programs', papers: 'Questionnaires', suggestions: 'Suggestions', trunks: 'Trunks', numbers: 'Numbers', evidence: 'Evidence', retention: 'Keeping', reconcile: 'Comparison', audit: 'Audit', access: 'Access', filings: 'Filings', messages: 'Messages', templates: 'Message templates', plans: 'Plans', slips: 'Slips', cases: 'Cases', waiting: 'Waiting', problems: 'Problems', ledger: 'Ledger', myAccess: 'My access' };
export const navGroup: Shape<typeof zh.navGroup> = { work: 'Work', followUp: 'Follow-up', recordings: 'Recordings and proof', settings: 'Settings' };

export const help: Shape<typeof zh.help> = {
  title: 'Keyboard shortcuts', text: 'They work anywhere on the page; “/” and “?” outside of fields.',
  keys: {
    dial: 'Call the selected task', hangup: 'Hang up', mute: 'Mute, unmute', hold: 'Hold, resume', keypad: 'Keypad', pause: 'Pause the recording, go on', complaint: 'Complaint', transfer: 'Transfer', accept: 'Answer a call that rings', declineCall: 'Decline it', appointment: 'Appointment', save: 'Save the record', next: 'Next task of the list', takeNext: 'Next customer of the queue',
    ready: 'Ready', break: 'Break', offline: 'Offline', search: 'Search tasks', help: 'This list',
  },
};

export const broken: Shape<typeof zh.broken> = { title: 'The page has failed', reload: 'Reload' };
export const noRight: Shape<typeof zh.noRight> = { title: 'No permission', text: 'Your roles do not open this page. Ask an administrator if you need it.' };

export const signin: Shape<typeof zh.signin> = {
  documentTitle: 'Sign in · Huifang', title: 'Sign in', login: 'Account', loginNeeded: 'Enter your account', password: 'Password', passwordNeeded: 'Enter your password', submit: 'Sign in',
  note: 'Every call is recorded, every action is logged.', claim: 'Every follow-up call stands up to an audit', point1: 'No recorder, no dial', point2: 'When to call, how long to let it ring, how often to try: kept by the system', point3: 'Recordings sealed for three years, every listener on record',
};

export const otherTab: Shape<typeof zh.otherTab> = {
  title: 'The softphone is open in another tab', text: 'An account can make calls in one tab only. You can go on here; the other tab then stops. A call in progress is not cut.', takeOver: 'Go on here', stay: 'Only look',
  replacedTitle: 'The softphone has moved to another tab', replacedText: 'This tab no longer makes calls.', takeBack: 'Go on here again',
};

export const strip: Shape<typeof zh.strip> = {
  offline: 'Connection lost, reconnecting…', offlineInCall: 'Connection lost, reconnecting… The call is kept for 30 seconds.', elsewhere: 'The softphone is in use in another tab; here you can only look.', signedOut: 'You are signed out. Please sign in again.',
  microphone: 'The microphone does not work; calls are not possible.', check: 'Check devices', mediaLost: 'Audio interrupted, recovering…', noMedia: 'Audio is not connected.', reconnectMedia: 'Reconnect', resuming: 'Bringing the call’s audio back…', agentLost: 'You were cut off for more than 30 s; the system has ended the call.', unheard: 'The server receives nothing from you; the customer hears a tone. Check headset and network.',
  customer: { noPackets: 'Nothing is received from the customer. Ask them to speak; if it stays silent, hang up, call again later, and tell your supervisor that the line works one way only.', silent: 'The customer’s line is there, but silent. Ask them to speak or to check their phone; tell your supervisor if it stays silent.' },
  agent: { noPackets: 'The customer cannot hear you: nothing is received from you. Check headset and network.', silent: 'The customer cannot hear you: your microphone is silent. Check the mute switch of the headset, its plug, and the chosen microphone.' },
};
