import { access } from './access';
import { filings } from './filings';
import { plans } from './plans';
import { coverage, duties } from './duties';
import { slips } from './slips';
import { ledger } from './ledger';
import { cases, problems, waiting } from './cases';
import { attachments } from './attachments';
import { audit } from './audit';
import { calls } from './calls';
import { common, fault, refusal } from './common';
import { appointment, attempts, card, close, desk, doNotCall, gate, history, proof, questionnaire, record, script } from './desk';
import { evidence } from './evidence';
import { reconcile } from './reconcile';
import { live } from './live';
import { marks } from './marks';
import { messages, templates } from './messages';
import { check, devices, microphone, phone, quality } from './phone';
import { numbers } from './numbers';
import { papers, suggestions } from './papers';
import { calendar } from './calendar';
import { calling } from './calling';
import { consent } from './consent';
import { queue } from './queue';
import { shift } from './shift';
import { why } from './why';
import { programs } from './programs';
import { recordings } from './recordings';
import { retention } from './retention';
import { sessions } from './sessions';
import { broken, help, nav, navGroup, noRight, otherTab, shell, signin, strip } from './shell';
import { system } from './system';
import { tasks } from './tasks';
import { transfer } from './transfer';
import { trunks } from './trunks';
import { feeds, imports } from './imports';
import { tokens } from './tokens';
import { users } from './users';
import { visits } from './visits';
import { word } from './word';

/** 中文文字，英文须有同样的键。 */
export const zh = {
  word, common, fault, refusal, shell, nav, navGroup, help, broken, noRight, signin, otherTab, strip, phone, quality, devices, microphone, check,
  desk, card, gate, proof, attempts, script, questionnaire, history, record, appointment, close, doNotCall,
  recordings, live, marks, calls, tasks, users, attachments, tokens, imports, feeds, audit, sessions, system, transfer, programs, trunks, numbers, evidence, access, filings, slips, plans, ledger, reconcile, retention,
  cases, problems, waiting,
  messages, templates, visits, papers, suggestions,
  queue, why, calendar, calling, consent, shift,
  duties, coverage,
} as const;
