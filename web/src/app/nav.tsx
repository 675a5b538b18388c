import { ApartmentOutlined, ApiOutlined, AuditOutlined, BookOutlined, CustomerServiceOutlined, DiffOutlined, FileProtectOutlined, FlagOutlined, FormOutlined, InboxOutlined, NodeIndexOutlined, NumberOutlined, KeyOutlined, PhoneOutlined, SafetyCertificateOutlined, SendOutlined, SoundOutlined, TeamOutlined, UnorderedListOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Me, Role } from '@/api/types';
import { hasRole } from './session';

export interface Place { path: string; key: 'desk' | 'tasks' | 'recordings' | 'live' | 'marks' | 'users' | 'tokens' | 'programs' | 'trunks' | 'numbers' | 'evidence' | 'retention' | 'reconcile' | 'audit' | 'access' | 'filings' | 'slips' | 'ledger' | 'myAccess'; icon: ReactNode; roles: Role[] }

/** The pages of the navigation and who may see them; the server enforces the same. */
export const places: readonly Place[] = [
  { path: '/desk', key: 'desk', icon: <CustomerServiceOutlined />, roles: ['agent', 'supervisor'] },
  { path: '/tasks', key: 'tasks', icon: <UnorderedListOutlined />, roles: ['supervisor'] },
  { path: '/live', key: 'live', icon: <PhoneOutlined />, roles: ['supervisor'] },
  { path: '/recordings', key: 'recordings', icon: <SoundOutlined />, roles: ['inspector', 'auditor', 'records_head'] },
  { path: '/slips', key: 'slips', icon: <FormOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/ledger', key: 'ledger', icon: <BookOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head'] },
  { path: '/access', key: 'access', icon: <FileProtectOutlined />, roles: ['auditor', 'records_head'] },
  { path: '/filings', key: 'filings', icon: <SendOutlined />, roles: ['auditor', 'records_head'] },
  { path: '/marks', key: 'marks', icon: <FlagOutlined />, roles: ['supervisor', 'inspector', 'auditor'] },
  { path: '/retention', key: 'retention', icon: <InboxOutlined />, roles: ['auditor', 'records_head'] },
  { path: '/evidence', key: 'evidence', icon: <SafetyCertificateOutlined />, roles: ['auditor', 'records_head', 'administrator'] },
  { path: '/reconciliation', key: 'reconcile', icon: <DiffOutlined />, roles: ['auditor', 'records_head', 'administrator'] },
  { path: '/audit', key: 'audit', icon: <AuditOutlined />, roles: ['auditor', 'records_head', 'administrator'] },
  { path: '/users', key: 'users', icon: <TeamOutlined />, roles: ['administrator'] },
  { path: '/tokens', key: 'tokens', icon: <ApiOutlined />, roles: ['administrator', 'auditor'] },
  { path: '/trunks', key: 'trunks', icon: <NodeIndexOutlined />, roles: ['administrator', 'auditor'] },
  { path: '/numbers', key: 'numbers', icon: <NumberOutlined />, roles: ['administrator', 'supervisor', 'auditor'] },
  { path: '/programs', key: 'programs', icon: <ApartmentOutlined />, roles: ['administrator'] },
  { path: '/my-access', key: 'myAccess', icon: <KeyOutlined />, roles: ['agent', 'supervisor', 'inspector', 'auditor', 'records_head', 'administrator'] },
];

export const placesOf = (me: Me): Place[] => places.filter((p) => hasRole(me, ...p.roles));

/** Where somebody begins: agents check their devices, others go to their work. */
export function homeOf(me: Me): string {
  if (hasRole(me, 'agent')) return '/check';
  if (hasRole(me, 'supervisor')) return '/tasks';
  return placesOf(me)[0]?.path ?? '/sessions';
}
