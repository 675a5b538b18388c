/**
 * The wire types under short names. They are generated from docs/openapi.json
 * (npm run gen); nothing here is written by hand but the names.
 */
import type { components, operations } from './schema';

type S = components['schemas'];

export const importKinds = ['customers', 'contacts', 'contracts', 'equipment', 'deliveries', 'events'] as const;
export const importStates = ['checked', 'applied', 'undone'] as const;
export type ImportBatch = S['Import'];
export type ImportPage = S['Imports'];
export type ImportDetail = S['ImportDetail'];
export type Feed = S['Feed'];
export type FeedInput = S['FeedInput'];
export type FeedList = S['Feeds'];
export type ApiToken = S['Token'];
export type ApiTokens = S['Tokens'];
export type NewApiToken = S['NewToken'];
export type MadeToken = S['MadeToken'];
export type Attempt = S['Attempt'];
export type AuditEvent = S['AuditEvent'];
export type AuditPage = S['AuditPage'];
export type Call = S['Call'];
export type CallMark = S['CallMark'];
export type CallOffer = S['CallOffer'];
export type CallLeg = S['CallLeg'];
export type CallQuality = S['CallQuality'];
export type CallSnapshot = S['CallSnapshot'];
export type Colleague = S['Colleague'];
export type ColleagueList = S['ColleagueList'];
export type Comment = S['Comment'];
export type Departments = S['Departments'];
export type Filing = S['Filing'];
export type FilingOrder = S['FilingOrder'];
export type FilingReceipt = S['FilingReceipt'];
export type RecordingFacets = S['RecordingFacets'];
export type SavedSearches = S['SavedSearches'];
export type SavedSearch = S['SavedSearch'];
export type People = S['People'];
export type Case = S['Case'];
export type CaseDetail = S['CaseDetail'];
export type CaseInterview = S['CaseInterview'];
export type CasePage = S['CasePage'];
export type CaseStep = S['CaseStep'];
export type DailyProblem = S['DailyProblem'];
export type DailyProblems = S['DailyProblems'];
export type WaitingItem = S['WaitingItem'];
export type WaitingList = S['WaitingList'];
export type Attachment = S['Attachment'];
export type AttachmentList = S['AttachmentList'];
export type CalendarDay = S['CalendarDay'];
export type CalendarList = S['CalendarList'];
export type CalendarYear = S['CalendarYear'];
export type CallingRules = S['CallingRules'];
export type CallingRulesChange = S['CallingRulesChange'];
export type CallingRulesList = S['CallingRulesList'];
export type Consent = S['Consent'];
export type CustomerConsents = S['CustomerConsents'];
export type HoursGroup = S['HoursGroup'];
export type NewConsent = S['NewConsent'];
export type ShiftState = S['ShiftState'];
export type UnfinishedAgent = S['UnfinishedAgent'];
export type UnfinishedList = S['UnfinishedList'];
export type Why = S['Why'];
export type QueueNext = S['QueueNext'];
export type QueueState = S['QueueState'];
export type Coverage = S['Coverage'];
export type CoverageRow = S['CoverageRow'];
export type DryDuty = S['DryDuty'];
export type Duty = S['Duty'];
export type DutyDeadline = S['DutyDeadline'];
export type DutyDryResult = S['DutyDryResult'];
export type DutyFigures = S['Figures'];
export type DutyOffset = S['DutyOffset'];
export type DutyPage = S['DutyPage'];
export type DutyRule = S['DutyRule'];
export type DutyRules = S['DutyRules'];
export type DutySettings = S['DutySettings'];
export type DutyTally = S['DutyTally'];
export type DutyTemplate = S['DutyTemplate'];
export type DutyTemplates = S['DutyTemplates'];
export type Slip = S['Slip'];
export type SlipDetail = S['SlipDetail'];
export type SlipEvent = S['SlipEvent'];
export type SlipPage = S['SlipPage'];
export type Plan = S['Plan'];
export type PlanAgents = S['PlanAgents'];
export type PlanContent = S['PlanContent'];
export type PlanCriteria = S['PlanCriteria'];
export type PlanCustomer = S['PlanCustomer'];
export type PlanCustomers = S['PlanCustomers'];
export type PlanDetail = S['PlanDetail'];
export type PlanEvent = S['PlanEvent'];
export type PlanPage = S['PlanPage'];
export type PlanPreview = S['PlanPreview'];
export type PlanRehearsal = S['PlanRehearsal'];
export type Tags = S['Tags'];
export type ContactPoint = S['ContactPoint'];
export type CustomerCard = S['CustomerCard'];
export type CustomerList = S['CustomerList'];
export type CustomerPatch = S['CustomerPatch'];
export type Decision = S['Decision'];
export type Earlier = S['Earlier'];
export type Hello = S['Hello'];
export type ICEServer = S['ICEServer'];
export type ImportReport = S['ImportReport'];
export type LedgerPage = S['LedgerPage'];
export type LedgerRow = S['LedgerRow'];
export type Review = S['Review'];
export type Reviews = S['Reviews'];
export type LegQuality = S['LegQuality'];
export type LiveCall = S['LiveCall'];
export type LiveCallList = S['LiveCallList'];
export type MarkPage = S['MarkPage'];
export type Me = S['Me'];
export type MyCall = S['MyCall'];
export type NewTask = S['NewTask'];
export type NewUser = S['NewUser'];
export type Notice = S['Notice'];
export type Peaks = S['Peaks'];
export type Probe = S['Probe'];
export type ProbeList = S['ProbeList'];
export type ProblemBody = S['Problem'];
export type Program = S['Program'];
export type ProgramPatch = S['ProgramPatch'];
export type ProgramList = S['ProgramList'];
export type Proof = S['Proof'];
export type QualityReport = S['QualityReport'];
export type Question = S['Question'];
export type Condition = S['Condition'];
export type Paper = S['Paper'];
export type PaperBody = S['PaperBody'];
export type PaperFault = S['PaperFault'];
export type PaperItem = S['PaperItem'];
export type PaperList = S['PaperList'];
export type PaperVariant = S['PaperVariant'];
export type PaperVersion = S['PaperVersion'];
export type SavedDraft = S['SavedDraft'];
export type ScriptPart = S['ScriptPart'];
export type Suggestion = S['Suggestion'];
export type SuggestionList = S['SuggestionList'];
export type RecordHistory = S['RecordHistory'];
export type RecordSheet = S['RecordSheet'];
export type RecordInput = S['RecordInput'];
export type RecordOut = S['Record'];
export type Recording = S['Recording'];
export type RecordingCheck = S['RecordingCheck'];
export type RecordingSearch = NonNullable<operations['search-recordings']['parameters']['query']>;
export type RecordingPage = S['RecordingPage'];
export type RecordingRow = S['RecordingRow'];
export type RecordingState = S['RecordingState'];
export type Refusal = S['Refusal'];
export type Reply = S['Reply'];
export type Session = S['Session'];
export type SessionList = S['SessionList'];
export type System = S['System'];
export type Task = S['Task'];
export type TaskCounts = S['TaskCounts'];
export type TaskPage = S['TaskPage'];
export type TaskRow = S['TaskRow'];
export type Expiry = S['Expiry'];
export type ExpiryBatch = S['ExpiryBatch'];
export type ExpiryDetail = S['ExpiryDetail'];
export type Hold = S['Hold'];
export type HoldDetail = S['HoldDetail'];
export type HoldList = S['HoldList'];
export type KeptRecording = S['KeptRecording'];
export type EvidenceSigned = S['EvidenceSigned'];
export type AccessRequest = S['AccessRequest'];
export type AccessCandidate = S['AccessCandidate'];
export type AccessCandidates = S['AccessCandidates'];
export type AccessGrant = S['AccessGrant'];
export type GrantAccess = S['GrantAccess'];
export type GrantedRecording = S['GrantedRecording'];
export type MyAccess = S['MyAccess'];
export type ReconciliationState = S['ReconciliationState'];
export type ReconciliationRun = S['ReconciliationRun'];
export type Difference = S['Difference'];
export type DifferencePage = S['DifferencePage'];
export const differenceKinds = ['call_without_recording', 'recording_without_object', 'object_without_row', 'duration_differs', 'channel_empty', 'hash_differs'] as const;
export type EvidenceState = S['EvidenceState'];
export type Verification = S['Verification'];
export type VerificationFinding = S['VerificationFinding'];
export type NumberAnswer = S['NumberAnswer'];
export type NumberRule = S['NumberRule'];
export type NumberRules = S['NumberRules'];
export type NumberVersion = S['NumberVersion'];
export type Trunk = S['TrunkEntry'];
export type TrunkInput = S['TrunkInput'];
export type TrunkList = S['TrunkList'];
export type TrunkStatistics = S['TrunkStatistics'];
export type User = S['User'];
export type UserList = S['UserList'];
export type UserPatch = S['UserPatch'];
export type Wrapup = S['Wrapup'];

/** The closed sets of words that the server speaks; i18n has a text for each. */
export const roles = ['agent', 'supervisor', 'inspector', 'auditor', 'records_head', 'administrator'] as const;
export type Role = (typeof roles)[number];

export const callStates = ['arming', 'dialing', 'ringing', 'announcing', 'queued', 'talking', 'held', 'wrapup', 'closed'] as const;
export type CallState = (typeof callStates)[number];

export const taskStates = ['open', 'waiting', 'appointment', 'calling', 'wrapup', 'done', 'unreachable', 'data_check', 'other_channel', 'cancelled'] as const;
export const taskKinds = ['wrapup', 'complaint', 'appointment', 'overdue', 'retry', 'due', 'later', 'done'] as const;
export type TaskKind = (typeof taskKinds)[number];

export const outcomes = ['answered', 'no_answer', 'busy', 'rejected', 'unreachable', 'invalid_number', 'ring_too_short', 'cancelled', 'trunk_failure', 'answered_at_deadline', 'recorder_failure', 'internal', 'not_taken'] as const;
export const recordingStates = ['opened', 'spooling', 'sealed', 'uploading', 'stored', 'verified', 'held', 'expired', 'deleted', 'failed', 'missing'] as const;
export const dispositions = ['completed', 'not_convenient', 'wrong_person', 'voice_assistant', 'refused', 'no_contact', 'wrong_number', 'other'] as const;
export type Disposition = (typeof dispositions)[number];
/** Kinds of talk. Rule C-13. */
export const contentKinds = ['explain', 'announce', 'care', 'mediate', 'suggest', 'guide'] as const;
export const itemKinds = ['satisfaction', 'choice', 'choices', 'yes_no', 'number', 'date', 'text'] as const;
export const paperKinds = ['questionnaire', 'script', 'form'] as const;
export type PaperKind = (typeof paperKinds)[number];
export const paperStates = ['draft', 'published', 'retired'] as const;
export const suggestionStates = ['open', 'accepted', 'declined'] as const;
export const agentStates = ['offline', 'ready', 'break', 'calling', 'wrapup'] as const;
export const mediaStates = ['none', 'connecting', 'connected', 'disconnected', 'failed'] as const;
export const parties = ['agent', 'customer', 'network', 'system'] as const;
/** How a supervisor takes part in a call. */
export const hearings = ['listen', 'whisper', 'barge'] as const;
export type Hearing = (typeof hearings)[number];
export const markKinds = ['pause', 'complaint', 'monitor', 'handover', 'transfer'] as const;
export type MarkKind = (typeof markKinds)[number];
/** Rule T-13: why a recording may be paused. */
export const pauseReasons = ['card_number', 'password', 'other'] as const;
export type PauseReason = (typeof pauseReasons)[number];
export const channels = ['sms', 'email', 'letter', 'visit'] as const;
export type ContactChannel = (typeof channels)[number];

/** What cases are, and where they stand. Rules C-19, C-20. */
export const caseKinds = ['anomaly', 'complaint'] as const;
export const caseClasses = ['dissatisfaction', 'acting_for_customer', 'private_fees', 'false_data', 'promised_returns', 'other'] as const;
export const caseSources = ['red_flag', 'dissatisfaction', 'button', 'manual'] as const;
export const caseStates = ['facts', 'reported', 'interview', 'branch', 'head_office', 'measures', 'answer', 'call_back', 'closed'] as const;

/** What files belong to, and what they are for. Rules C-17, C-19, C-26. */
export const attachmentObjects = ['slip', 'case', 'visit', 'record'] as const;
export type AttachmentObject = (typeof attachmentObjects)[number];
export const attachmentPurposes = ['document', 'signature', 'photo', 'audio'] as const;
export type AttachmentPurpose = (typeof attachmentPurposes)[number];

/** What feedback slips are about, and where they stand. Rule C-17. */
export const slipKinds = ['product', 'service', 'suggestion', 'technical', 'accident'] as const;
export type SlipKind = (typeof slipKinds)[number];
/** Rule C-02. */
export const planStates = ['draft', 'submitted', 'returned', 'approved', 'filed', 'running', 'closed'] as const;
/** Rule C-13. */
/** Rule C-26. */
export const planMethods = ['telephone', 'visit', 'letter', 'email', 'sms'] as const;
/** Rule C-12. */
export const planChoices = ['random', 'low_satisfaction', 'need_of_service', 'long_without_contact', 'filter', 'list'] as const;
export const planObstacles = ['do_not_call', 'no_number', 'no_agent', 'interest', 'language', 'skill'] as const;
export const customerKinds = ['investor', 'equipment_operator', 'furniture_buyer', 'advertiser', 'other'] as const;
export const slipStates = ['open', 'answered', 'closed'] as const;

/** Reasons of refusals and problems (docs/protocols/softphone.md, "Refusals"). */
export const problemReasons = [
  'consent_missing', 'language_not_spoken', 'records_open', 'own_shift', 'no_shift', 'year_empty', 'year_known',
  'administrator_only', 'unknown_token', 'token_ended', 'rate_limited', 'scope', 'no_scope', 'key_reused', 'in_progress', 'answer_lost', 'data_in', 'rows_wrong', 'import_used', 'import_state', 'other_customer',
  'agent_busy', 'wrapup_pending', 'line_in_use', 'task_closed', 'task_data_check', 'not_assigned', 'conflict_own_customer',
  'conflict_own_department', 'do_not_call', 'contact_point_foreign', 'contact_point_invalid', 'number_not_permitted', 'not_working_day',
  'outside_window', 'slot_used', 'window_used_up', 'spacing_time', 'recorder_unhealthy', 'storage_unhealthy', 'no_trunk', 'no_caller_id', 'trunk_full', 'agent_rate', 'agent_not_ready',
  'no_media', 'calendar_not_announced', 'ring_too_short', 'invalid_state', 'not_answered', 'pause_off', 'pause_on', 'pause_not_on', 'pause_number', 'pause_total', 'pause_reason', 'own_call', 'monitored', 'monitoring', 'not_monitoring', 'other_department', 'ledger_away', 'offer_open', 'offer_over', 'transferring', 'no_transfer', 'colleague_busy', 'colleague_away', 'no_third', 'sign_in_limited', 'bad_credentials', 'not_proven',
  'record_final', 'call_live', 'call_state', 'no_softphone', 'no_appointment', 'own_account', 'supervisor_only', 'not_own', 'role', 'invalid_fields',
  'channel_refused', 'no_gateway', 'no_address', 'placeholder_empty', 'too_few_attempts', 'may_be_called', 'said_already', 'message_state', 'visit', 'mailbox_taken', 'signature',
  'task_state', 'no_listening', 'own_interest', 'no_grant', 'no_download', 'own_request', 'not_concerned', 'owner_only', 'slip_state', 'call_back_open', 'not_verified', 'slip', 'number', 'review', 'plan', 'rehearsal', 'plan_state', 'own_plan', 'no_customers', 'no_agents', 'not_rehearsed', 'own_rehearsal', 'nobody_chosen', 'other_branch', 'no_branch', 'head_office_only', 'superior_only', 'outside_period', 'more_than_asked', 'interest', 'decided', 'expired', 'own_proposal', 'not_expired', 'hold_released', 'retention_shortened', 'verification_running', 'kept', 'revoked', 'not_filed', 'login_taken', 'attached_already', 'case_state', 'case', 'superior', 'own_step', 'no_interview', 'head_office_opinion', 'attachments_full', 'staff_number_taken', 'code_taken', 'name_taken', 'from_configuration', 'trunk_off', 'probe_running', 'number_taken', 'changed_meanwhile', 'recording_state', 'not_sealed', 'not_here', 'storage_away', 'no_key', 'altered', 'reconciliation_running', 'item_closed', 'database_away', 'no_session', 'cross_origin', 'unknown_reference', 'too_large',
] as const;
