import { AlertOutlined, ApartmentOutlined, CommentOutlined, ProfileOutlined, ApiOutlined, CalendarOutlined, AuditOutlined, BookOutlined, CustomerServiceOutlined, DiffOutlined, FileProtectOutlined, FlagOutlined, FormOutlined, ImportOutlined, InboxOutlined, ScheduleOutlined, NodeIndexOutlined, NumberOutlined, KeyOutlined, MessageOutlined, PhoneOutlined, ProjectOutlined, SafetyCertificateOutlined, SendOutlined, SnippetsOutlined, SoundOutlined, TeamOutlined, UnorderedListOutlined, FieldTimeOutlined, WarningOutlined } from '@ant-design/icons';
import { PieChartOutlined, CarryOutOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Me, Role } from '@/api/types';
import type { zh } from '@/i18n/zh-CN';
import { hasRole } from './session';

/** The groups of the navigation, in their order. */
export const groups = ['work', 'followUp', 'recordings', 'settings'] as const;

export interface Place { path: string; key: keyof typeof zh.nav; group: (typeof groups)[number]; icon: ReactNode; roles: Role[] }

/** The pages of the navigation and who may see them; the server enforces the same. */
export const places: readonly Place[] = [
  { path: '/desk', key: 'desk', group: 'work', icon: <CustomerServiceOutlined />, roles: ['agent', 'supervisor'] },
  { path: '/tasks', key: 'tasks', group: 'work', icon: <UnorderedListOutlined />, roles: ['supervisor'] },
  { path: '/unfinished', key: 'unfinished', group: 'work', icon: <FieldTimeOutlined />, roles: ['supervisor'] },
  { path: '/live', key: 'live', group: 'work', icon: <PhoneOutlined />, roles: ['supervisor'] },
  { path: '/plans', key: 'plans', group: 'work', icon: <ProjectOutlined />, roles: ['supervisor', 'inspector', 'auditor', 'records_head', 'administrator'] },
  { path: '/slips', key: 'slips', group: 'followUp', icon: <FormOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/cases', key: 'cases', group: 'followUp', icon: <AlertOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/waiting', key: 'waiting', group: 'followUp', icon: <FieldTimeOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/daily-problems', key: 'problems', group: 'followUp', icon: <WarningOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/ledger', key: 'ledger', group: 'followUp', icon: <BookOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/messages', key: 'messages', group: 'followUp', icon: <MessageOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'administrator'] },
  { path: '/coverage', key: 'coverage', group: 'followUp', icon: <PieChartOutlined />, roles: ['supervisor', 'administrator', 'inspector', 'auditor'] },
  { path: '/marks', key: 'marks', group: 'followUp', icon: <FlagOutlined />, roles: ['supervisor', 'inspector', 'auditor'] },
  { path: '/recordings', key: 'recordings', group: 'recordings', icon: <SoundOutlined />, roles: ['inspector', 'auditor', 'records_head'] },
  { path: '/access', key: 'access', group: 'recordings', icon: <FileProtectOutlined />, roles: ['auditor', 'records_head'] },
  { path: '/filings', key: 'filings', group: 'recordings', icon: <SendOutlined />, roles: ['auditor', 'records_head'] },
  { path: '/retention', key: 'retention', group: 'recordings', icon: <InboxOutlined />, roles: ['auditor', 'records_head'] },
  { path: '/evidence', key: 'evidence', group: 'recordings', icon: <SafetyCertificateOutlined />, roles: ['auditor', 'records_head', 'administrator'] },
  { path: '/reconciliation', key: 'reconcile', group: 'recordings', icon: <DiffOutlined />, roles: ['auditor', 'records_head', 'administrator'] },
  { path: '/audit', key: 'audit', group: 'recordings', icon: <AuditOutlined />, roles: ['auditor', 'records_head', 'administrator'] },
  { path: '/my-access', key: 'myAccess', group: 'recordings', icon: <KeyOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head', 'administrator'] },
  { path: '/imports', key: 'imports', group: 'settings', icon: <ImportOutlined />, roles: ['supervisor', 'administrator'] },
  { path: '/feeds', key: 'feeds', group: 'settings', icon: <ScheduleOutlined />, roles: ['supervisor', 'administrator'] },
  { path: '/users', key: 'users', group: 'settings', icon: <TeamOutlined />, roles: ['administrator'] },
  { path: '/tokens', key: 'tokens', group: 'settings', icon: <ApiOutlined />, roles: ['administrator', 'auditor'] },
  { path: '/trunks', key: 'trunks', group: 'settings', icon: <NodeIndexOutlined />, roles: ['administrator', 'auditor'] },
  { path: '/numbers', key: 'numbers', group: 'settings', icon: <NumberOutlined />, roles: ['administrator', 'supervisor', 'auditor'] },
  { path: '/message-templates', key: 'templates', group: 'settings', icon: <SnippetsOutlined />, roles: ['administrator'] },
  { path: '/duty-rules', key: 'dutyRules', group: 'settings', icon: <CarryOutOutlined />, roles: ['supervisor', 'administrator', 'inspector', 'auditor'] },
  { path: '/papers', key: 'papers', group: 'settings', icon: <ProfileOutlined />, roles: ['administrator', 'supervisor', 'inspector', 'auditor'] },
  { path: '/suggestions', key: 'suggestions', group: 'followUp', icon: <CommentOutlined />, roles: ['agent', 'supervisor', 'administrator'] },
  { path: '/calendar', key: 'calendar', group: 'settings', icon: <CalendarOutlined />, roles: ['administrator', 'supervisor'] },
  { path: '/programs', key: 'programs', group: 'settings', icon: <ApartmentOutlined />, roles: ['administrator'] },
];

export const placesOf = (me: Me): Place[] => places.filter((p) => hasRole(me, ...p.roles));

/** Where somebody begins: agents check their devices, supervisors have their tasks, whoever replays the recordings, administrators the settings. */
export function homeOf(me: Me): string {
  if (hasRole(me, 'agent')) return '/check';
  if (hasRole(me, 'supervisor')) return '/tasks';
  if (hasRole(me, 'inspector', 'auditor', 'records_head')) return '/recordings';
  return placesOf(me).find((p) => p.group === 'settings')?.path ?? '/sessions';
}
