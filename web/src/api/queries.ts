/** The reads of the page, as hooks. Events of the softphone socket make them stale (see signaling). */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { RecordHistory, Paper, PaperList, RecordSheet, SuggestionList,
  ColleagueList, PlanAgents, PlanCustomers, PlanDetail, PlanPage,
  AuditPage, Call, CustomerList, Decision, Departments, DifferencePage, People, SlipDetail, SlipPage, EvidenceState, Expiry, ExpiryDetail, HoldDetail, HoldList, LedgerPage, Reviews, ReconciliationState, LiveCallList, MarkPage, Me, MyCall, NumberRules, Peaks, ProbeList, ProgramList, RecordOut, Recording, RecordingFacets, RecordingPage, RecordingSearch, SavedSearches, SessionList, System, Task, TaskPage, TrunkList, UserList,
} from './types';
import type { Coverage, DutyPage, DutyRules, DutyTemplates } from './types';

export const readMe = (signal?: AbortSignal) => api.get<Me>('/session', undefined, signal);

/** One's own sessions, or for administrators those of another user. */
export const useSessions = (userId = '') =>
  useQuery({ queryKey: keys.sessionsOf(userId), queryFn: ({ signal }) => api.get<SessionList>('/sessions', { user_id: userId }, signal) });

export const useUsers = (role = '', enabled = true) =>
  useQuery({ queryKey: keys.users(role), enabled, staleTime: 60_000, queryFn: ({ signal }) => api.get<UserList>('/users', { role }, signal) });

export const usePrograms = () =>
  useQuery({ queryKey: keys.programs, staleTime: 300_000, queryFn: ({ signal }) => api.get<ProgramList>('/programs', undefined, signal) });

/** Read again by itself: how trunks stand changes with every call. */
export const useTrunks = () =>
  useQuery({ queryKey: keys.trunks, refetchInterval: 5_000, queryFn: ({ signal }) => api.get<TrunkList>('/trunks', undefined, signal) });

export const useNumberRules = () =>
  useQuery({ queryKey: keys.numbers, queryFn: ({ signal }) => api.get<NumberRules>('/number-rules', undefined, signal) });

/** Read often while a verification is under way. */
export const useEvidence = () =>
  useQuery({
    queryKey: keys.evidence, queryFn: ({ signal }) => api.get<EvidenceState>('/evidence', undefined, signal),
    refetchInterval: ({ state }) => (state.data?.running ? 1_000 : 10_000),
  });

export const useHolds = () => useQuery({ queryKey: keys.holds, queryFn: ({ signal }) => api.get<HoldList>('/holds', undefined, signal) });

export const useHold = (id: string) => useQuery({ queryKey: keys.hold(id), queryFn: ({ signal }) => api.get<HoldDetail>(`/holds/${id}`, undefined, signal) });

export const useHoldsOf = (recordingId: string) =>
  useQuery({ queryKey: keys.holdsOf(recordingId), queryFn: ({ signal }) => api.get<HoldList>(`/recordings/${recordingId}/holds`, undefined, signal) });

/** Read again by itself: what was approved is deleted in the background. */
export const useExpiry = () => useQuery({ queryKey: keys.expiry, refetchInterval: 10_000, queryFn: ({ signal }) => api.get<Expiry>('/expiry', undefined, signal) });

export const useExpiryBatch = (id: string) => useQuery({ queryKey: keys.expiryBatch(id), queryFn: ({ signal }) => api.get<ExpiryDetail>(`/expiry/batches/${id}`, undefined, signal) });

const settledRecording = new Set(['verified', 'held', 'expired', 'deleted', 'failed', 'missing']);

/** Read often while a test call is under way, or its recording on its way to the storage. */
export const useProbes = (trunkId: string) =>
  useQuery({
    queryKey: keys.probes(trunkId), queryFn: ({ signal }) => api.get<ProbeList>(`/trunks/${trunkId}/probes`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.probes.some((p) => !p.ended_at || !settledRecording.has(p.recording.state)) ? 1_000 : false),
  });

export const useDesk = (enabled = true) =>
  useQuery({ queryKey: keys.desk, enabled, refetchInterval: 60_000, queryFn: ({ signal }) => api.get<TaskPage>('/tasks', { scope: 'desk' }, signal) });

export interface TaskFilter { state?: string; q?: string; assignee?: string }

export const useTaskList = (filter: TaskFilter) =>
  useInfiniteQuery({
    queryKey: keys.taskList(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<TaskPage>('/tasks', { scope: 'all', limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  });

export const useTask = (id: string | undefined, lang: string) =>
  useQuery<Task>({
    queryKey: keys.task(id ?? '', lang),
    enabled: !!id,
    placeholderData: (previous) => (previous?.id === id ? previous : undefined),
    queryFn: ({ signal }) => api.get<Task>(`/tasks/${id}`, { lang }, signal),
  });

export const useGate = (taskId: string, point: string) =>
  useQuery({
    queryKey: keys.gate(taskId, point),
    enabled: !!taskId && !!point,
    refetchInterval: 60_000,
    queryFn: ({ signal }) => api.get<Decision>(`/tasks/${taskId}/gate`, { contact_point_id: point }, signal),
  });

export const useMyCall = () => useQuery({ queryKey: keys.myCall, queryFn: ({ signal }) => api.get<MyCall>('/me/call', undefined, signal) });

export const useCall = (id: string) => useQuery({ queryKey: keys.call(id), queryFn: ({ signal }) => api.get<Call>(`/calls/${id}`, undefined, signal) });

export const readRecord = (callId: string, signal?: AbortSignal) => api.get<RecordOut>(`/calls/${callId}/record`, undefined, signal);

/** What a record is written on; it stays what it was when the call's record was begun. */
export const useSheet = (callId: string, lang: string) =>
  useQuery({ queryKey: keys.sheet(callId, lang), enabled: !!callId, staleTime: Infinity, queryFn: ({ signal }) => api.get<RecordSheet>(`/calls/${callId}/record-sheet`, { lang }, signal) });

export const useRecordHistory = (id: string, lang: string) =>
  useQuery({ queryKey: keys.recordHistory(id), queryFn: ({ signal }) => api.get<RecordHistory>(`/records/${id}/history`, { lang }, signal) });

export const usePapers = (kind: string) =>
  useQuery({ queryKey: keys.paperList(kind), queryFn: ({ signal }) => api.get<PaperList>('/papers', { kind }, signal) });

export const usePaper = (id: string) =>
  useQuery({ queryKey: keys.paper(id), queryFn: ({ signal }) => api.get<Paper>(`/papers/${id}`, undefined, signal) });

export const useSuggestions = (state: string) =>
  useQuery({ queryKey: keys.suggestionList(state), queryFn: ({ signal }) => api.get<SuggestionList>('/suggestions', { state }, signal) });

export const useCustomers = (q: string) =>
  useQuery({ queryKey: keys.customers(q), queryFn: ({ signal }) => api.get<CustomerList>('/customers', { q }, signal), placeholderData: keepPreviousData });

export type RecordingFilter = Partial<Record<Exclude<keyof RecordingSearch, 'limit' | 'cursor'>, string>>;

export const useRecordings = (filter: RecordingFilter) =>
  useInfiniteQuery({
    queryKey: keys.recordings(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<RecordingPage>('/recordings', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });

/** Final records, newest first (Rule C-21). */
export const useLedger = (filter: Record<string, string | undefined>) =>
  useInfiniteQuery({
    queryKey: keys.ledgerList(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<LedgerPage>('/ledger', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });

export const useReviews = (record: string) => useQuery({ queryKey: keys.reviews(record), queryFn: ({ signal }) => api.get<Reviews>(`/records/${record}/reviews`, undefined, signal) });

/** Plans, newest first (Rule C-02). */
export const usePlans = (filter: { state?: string }) =>
  useInfiniteQuery({
    queryKey: keys.planList(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<PlanPage>('/plans', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: 60_000,
  });

export const usePlan = (id: string) => useQuery({ queryKey: keys.plan(id), queryFn: ({ signal }) => api.get<PlanDetail>(`/plans/${id}`, undefined, signal), refetchInterval: 30_000 });

/** Customers of a plan: all, what is missing, or whom nobody may call. */
export const usePlanCustomers = (id: string, part: string, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: keys.planCustomers(id, part), enabled,
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => api.get<PlanCustomers>(`/plans/${id}/customers`, { part, after: pageParam, limit: 50 }, signal),
    getNextPageParam: (last) => last.next_after || undefined,
    refetchInterval: 30_000,
  });

/** Who may carry out plans, with their open tasks. */
export const usePlanAgents = (enabled = true) => useQuery({ queryKey: keys.planAgents, enabled, queryFn: ({ signal }) => api.get<PlanAgents>('/plan-agents', undefined, signal) });

/** Duty rules with their versions. */
export const useDutyRules = () => useQuery({ queryKey: keys.dutyRules, queryFn: ({ signal }) => api.get<DutyRules>('/duty-rules', undefined, signal) });

export const useDutyTemplates = () => useQuery({ queryKey: keys.dutyTemplates, staleTime: 300_000, queryFn: ({ signal }) => api.get<DutyTemplates>('/duty-rule-templates', undefined, signal) });

/** Coverage by rule and branch, live (Rule R-03). */
export const useCoverage = (filter: Record<string, string>) => useQuery({ queryKey: keys.coverage(filter), refetchInterval: 30_000, queryFn: ({ signal }) => api.get<Coverage>('/coverage', filter, signal) });

/** Duties by deadline. */
export const useDuties = (filter: Record<string, string>) =>
  useInfiniteQuery({
    queryKey: keys.dutyList(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<DutyPage>('/duties', { limit: 100, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });

export interface SlipFilter { state?: string; overdue?: string; department_id?: string; owner_id?: string; customer_id?: string; call_id?: string }

/** Feedback slips, newest first (Rule C-17). */
export const useSlips = (filter: SlipFilter, enabled = true) =>
  useInfiniteQuery({
    queryKey: keys.slipList(filter), enabled,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<SlipPage>('/slips', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: 60_000,
  });

export const useSlip = (id: string) => useQuery({ queryKey: keys.slip(id), queryFn: ({ signal }) => api.get<SlipDetail>(`/slips/${id}`, undefined, signal) });

export const useDepartments = (enabled = true) =>
  useQuery({ queryKey: keys.departments, enabled, staleTime: 300_000, queryFn: ({ signal }) => api.get<Departments>('/departments', undefined, signal) });

/** Who may own a slip of a department. */
export const usePeople = (department: string) =>
  useQuery({ queryKey: keys.people(department), enabled: !!department, queryFn: ({ signal }) => api.get<People>(`/departments/${department}/people`, undefined, signal) });

/** Tags in use and branches. */
export const useFacets = () => useQuery({ queryKey: keys.facets, staleTime: 60_000, queryFn: ({ signal }) => api.get<RecordingFacets>('/recording-facets', undefined, signal) });

export const useSavedSearches = () => useQuery({ queryKey: keys.savedSearches, queryFn: ({ signal }) => api.get<SavedSearches>('/saved-searches', undefined, signal) });

export const useRecording = (id: string) =>
  useQuery({ queryKey: keys.recording(id), queryFn: ({ signal }) => api.get<Recording>(`/recordings/${id}`, undefined, signal) });

export const usePeaks = (id: string, enabled: boolean) =>
  useQuery({ queryKey: keys.peaks(id), enabled, staleTime: Infinity, queryFn: ({ signal }) => api.get<Peaks>(`/recordings/${id}/peaks`, { points: 2000 }, signal) });

/** The calls that are up, read again while somebody looks. */
export const useLiveCalls = () =>
  useQuery({ queryKey: keys.live, refetchInterval: 2_000, queryFn: ({ signal }) => api.get<LiveCallList>('/calls/live', undefined, signal) });

/** Who may be given one's live call, read again while somebody chooses. */
export const useColleagues = (callId: string) =>
  useQuery({ queryKey: keys.colleagues(callId), refetchInterval: 2_000, queryFn: ({ signal }) => api.get<ColleagueList>(`/calls/${callId}/colleagues`, undefined, signal) });

/** The comparison of calls and objects, read often while one is under way. */
export const useReconciliation = () =>
  useQuery({
    queryKey: keys.reconciliation, queryFn: ({ signal }) => api.get<ReconciliationState>('/reconciliation', undefined, signal),
    refetchInterval: ({ state }) => (state.data?.running ? 1_000 : 30_000),
  });

export interface DifferenceFilter { kind?: string; closed: boolean }

/** Read anew when another comparison has ended. */
export const useDifferences = (filter: DifferenceFilter, ended: string | null) =>
  useInfiniteQuery({
    queryKey: keys.differences({ ...filter, ended }),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<DifferencePage>('/reconciliation/differences', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: 30_000,
  });

export interface MarkFilter { from?: string; to?: string; kind?: string }

export const useMarks = (filter: MarkFilter) =>
  useInfiniteQuery({
    queryKey: keys.marks(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<MarkPage>('/call-marks', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });

export interface AuditFilter { from?: string; to?: string; action?: string; actor?: string }

export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: keys.audit(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<AuditPage>('/audit', { limit: 100, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: keepPreviousData,
  });

export const useSystem = () =>
  useQuery({ queryKey: keys.system, refetchInterval: 30_000, queryFn: ({ signal }) => api.get<System>('/system', undefined, signal) });
