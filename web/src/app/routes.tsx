import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { Skeleton } from 'antd';
import type { Role } from '@/api/types';
import { SignInPage } from '@/features/signin/SignInPage';
import { Broken } from './Broken';
import { Gate } from './Gate';
import { homeOf, places } from './nav';
import { hasRole, useMe } from './session';
import { NoRight } from './NoRight';
import { Outdoors } from './Outdoors';

type Lazy = LazyExoticComponent<ComponentType>;
const DeskPage = lazy(() => import('@/features/desk/DeskPage'));
const CheckPage = lazy(() => import('@/features/check/CheckPage'));
const CallPage = lazy(() => import('@/features/calls/CallPage'));
const TasksPage = lazy(() => import('@/features/tasks/TasksPage'));
const RecordingsPage = lazy(() => import('@/features/recordings/RecordingsPage'));
const RecordingPage = lazy(() => import('@/features/recordings/RecordingPage'));
const UsersPage = lazy(() => import('@/features/users/UsersPage'));
const ImportsPage = lazy(() => import('@/features/imports/ImportsPage'));
const FeedsPage = lazy(() => import('@/features/feeds/FeedsPage'));
const TokensPage = lazy(() => import('@/features/tokens/TokensPage'));
const ProgramsPage = lazy(() => import('@/features/programs/ProgramsPage'));
const PapersPage = lazy(() => import('@/features/papers/PapersPage'));
const PaperPage = lazy(() => import('@/features/papers/PaperPage'));
const SuggestionsPage = lazy(() => import('@/features/papers/SuggestionsPage'));
const CalendarPage = lazy(() => import('@/features/calendar/CalendarPage'));
const UnfinishedPage = lazy(() => import('@/features/shift/UnfinishedPage'));
const TrunksPage = lazy(() => import('@/features/trunks/TrunksPage'));
const NumbersPage = lazy(() => import('@/features/numbers/NumbersPage'));
const ReconcilePage = lazy(() => import('@/features/reconcile/ReconcilePage'));
const EvidencePage = lazy(() => import('@/features/evidence/EvidencePage'));
const AccessPage = lazy(() => import('@/features/access/AccessPage'));
const FilingsPage = lazy(() => import('@/features/access/FilingsPage'));
const CasesPage = lazy(() => import('@/features/cases/CasesPage'));
const WaitingPage = lazy(() => import('@/features/cases/WaitingPage'));
const ProblemsPage = lazy(() => import('@/features/cases/ProblemsPage'));
const LedgerPage = lazy(() => import('@/features/ledger/LedgerPage'));
const PlansPage = lazy(() => import('@/features/plans/PlansPage'));
const PlanPage = lazy(() => import('@/features/plans/PlanPage'));
const DutyRulesPage = lazy(() => import('@/features/duties/DutyRulesPage'));
const CoveragePage = lazy(() => import('@/features/duties/CoveragePage'));
const SlipsPage = lazy(() => import('@/features/slips/SlipsPage'));
const VisitPage = lazy(() => import('@/features/visits/VisitPage'));
const MessagesPage = lazy(() => import('@/features/messages/MessagesPage'));
const TemplatesPage = lazy(() => import('@/features/messages/TemplatesPage'));
const MyAccessPage = lazy(() => import('@/features/access/MyAccessPage'));
const RetentionPage = lazy(() => import('@/features/retention/RetentionPage'));
const AuditPage = lazy(() => import('@/features/audit/AuditPage'));
const LivePage = lazy(() => import('@/features/live/LivePage'));
const MarksPage = lazy(() => import('@/features/marks/MarksPage'));
const SessionsPage = lazy(() => import('@/features/sessions/SessionsPage'));

function Guarded({ page: Page, roles }: { page: Lazy; roles?: Role[] }) {
  const me = useMe();
  if (roles && !hasRole(me, ...roles)) return <NoRight />;
  return (
    <Suspense fallback={<div className="page"><Skeleton active paragraph={{ rows: 8 }} /></div>}>
      <Page />
    </Suspense>
  );
}

const rolesOf = (path: string): Role[] | undefined => places.find((p) => p.path === path)?.roles;

function Home() {
  return <Navigate to={homeOf(useMe())} replace />;
}

export const makeRouter = () =>
  createBrowserRouter([
    { path: '/login', element: <SignInPage />, errorElement: <Broken /> },
    { element: <Outdoors />, errorElement: <Broken />, children: [{ path: '/visit/:taskId', element: <Guarded page={VisitPage} roles={['agent', 'supervisor']} /> }] },
    {
      element: <Gate />,
      errorElement: <Broken />,
      children: [
        { index: true, element: <Home /> },
        { path: '/check', element: <Guarded page={CheckPage} roles={['agent', 'supervisor']} /> },
        { path: '/desk', element: <Guarded page={DeskPage} roles={rolesOf('/desk')} /> },
        { path: '/desk/:taskId', element: <Guarded page={DeskPage} roles={rolesOf('/desk')} /> },
        { path: '/calls/:id', element: <Guarded page={CallPage} roles={['agent', 'supervisor', 'inspector', 'auditor']} /> },
        { path: '/tasks', element: <Guarded page={TasksPage} roles={rolesOf('/tasks')} /> },
        { path: '/recordings', element: <Guarded page={RecordingsPage} roles={rolesOf('/recordings')} /> },
        { path: '/recordings/:id', element: <Guarded page={RecordingPage} roles={rolesOf('/recordings')} /> },
        { path: '/live', element: <Guarded page={LivePage} roles={rolesOf('/live')} /> },
        { path: '/marks', element: <Guarded page={MarksPage} roles={rolesOf('/marks')} /> },
        { path: '/users', element: <Guarded page={UsersPage} roles={rolesOf('/users')} /> },
        { path: '/imports', element: <Guarded page={ImportsPage} roles={rolesOf('/imports')} /> },
        { path: '/feeds', element: <Guarded page={FeedsPage} roles={rolesOf('/feeds')} /> },
        { path: '/tokens', element: <Guarded page={TokensPage} roles={rolesOf('/tokens')} /> },
        { path: '/trunks', element: <Guarded page={TrunksPage} roles={rolesOf('/trunks')} /> },
        { path: '/numbers', element: <Guarded page={NumbersPage} roles={rolesOf('/numbers')} /> },
        { path: '/calendar', element: <Guarded page={CalendarPage} roles={rolesOf('/calendar')} /> },
        { path: '/unfinished', element: <Guarded page={UnfinishedPage} roles={rolesOf('/unfinished')} /> },
        { path: '/programs', element: <Guarded page={ProgramsPage} roles={rolesOf('/programs')} /> },
        { path: '/papers', element: <Guarded page={PapersPage} roles={rolesOf('/papers')} /> },
        { path: '/papers/:id', element: <Guarded page={PaperPage} roles={rolesOf('/papers')} /> },
        { path: '/suggestions', element: <Guarded page={SuggestionsPage} roles={rolesOf('/suggestions')} /> },
        { path: '/reconciliation', element: <Guarded page={ReconcilePage} roles={rolesOf('/reconciliation')} /> },
        { path: '/retention', element: <Guarded page={RetentionPage} roles={rolesOf('/retention')} /> },
        { path: '/evidence', element: <Guarded page={EvidencePage} roles={rolesOf('/evidence')} /> },
        { path: '/access', element: <Guarded page={AccessPage} roles={rolesOf('/access')} /> },
        { path: '/filings', element: <Guarded page={FilingsPage} roles={rolesOf('/filings')} /> },
        { path: '/cases', element: <Guarded page={CasesPage} roles={rolesOf('/cases')} /> },
        { path: '/waiting', element: <Guarded page={WaitingPage} roles={rolesOf('/waiting')} /> },
        { path: '/daily-problems', element: <Guarded page={ProblemsPage} roles={rolesOf('/daily-problems')} /> },
        { path: '/ledger', element: <Guarded page={LedgerPage} roles={rolesOf('/ledger')} /> },
        { path: '/plans', element: <Guarded page={PlansPage} roles={rolesOf('/plans')} /> },
        { path: '/plans/:id', element: <Guarded page={PlanPage} roles={rolesOf('/plans')} /> },
        { path: '/duty-rules', element: <Guarded page={DutyRulesPage} roles={rolesOf('/duty-rules')} /> },
        { path: '/coverage', element: <Guarded page={CoveragePage} roles={rolesOf('/coverage')} /> },
        { path: '/slips', element: <Guarded page={SlipsPage} roles={rolesOf('/slips')} /> },
        { path: '/messages', element: <Guarded page={MessagesPage} roles={rolesOf('/messages')} /> },
        { path: '/message-templates', element: <Guarded page={TemplatesPage} roles={rolesOf('/message-templates')} /> },
        { path: '/my-access', element: <Guarded page={MyAccessPage} roles={rolesOf('/my-access')} /> },
        { path: '/audit', element: <Guarded page={AuditPage} roles={rolesOf('/audit')} /> },
        { path: '/sessions', element: <Guarded page={SessionsPage} /> },
        { path: '*', element: <Home /> },
      ],
    },
  ]);
