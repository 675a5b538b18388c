import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm, Select, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useSessions, useUsers } from '@/api/queries';
import type { Session } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { browserOf } from './browser';
import './sessions.css';

/** Where one is signed in, and an end to it. Administrators see everybody's. */
export default function SessionsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const boss = hasRole(me, 'administrator');
  const [{ user_id }, change] = useFilter(['user_id'] as const);
  const sessions = useSessions(boss ? user_id : '');
  const users = useUsers('', boss);
  return (
    <Page title={t('sessions.title')} note={t('sessions.note')}
      actions={boss && (
        <Select showSearch={{ optionFilterProp: 'label' }} className="session-user" aria-label={t('sessions.user')} value={user_id || me.user.id} onChange={(id: string) => change({ user_id: id === me.user.id ? '' : id })}
          options={(users.data?.users ?? []).map((u) => ({ value: u.id, label: `${u.name} · ${u.login}` }))} popupMatchSelectWidth={false} />
      )}>
      <Load query={sessions} rows={4}>{(data) => (data.sessions.length === 0 ? <Nothing text={t('sessions.empty')} /> : <Rows sessions={data.sessions} />)}</Load>
    </Page>
  );
}

function Rows({ sessions }: { sessions: Session[] }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<Session> = [
    { title: t('sessions.device'), key: 'device', render: (_, s) => <span className="row"><span title={s.user_agent}>{browserOf(s.user_agent)}</span>{s.current && <Tag tone="green">{t('sessions.current')}</Tag>}</span> },
    { title: t('sessions.ip'), key: 'ip', width: 150, render: (_, s) => <span className="num">{s.ip}</span> },
    { title: t('sessions.created'), key: 'created', width: 160, render: (_, s) => <TimeText at={s.created_at} /> },
    { title: t('sessions.lastSeen'), key: 'seen', width: 160, render: (_, s) => <TimeText at={s.last_seen_at} /> },
    { title: t('sessions.expires'), key: 'expires', width: 160, render: (_, s) => <TimeText at={s.expires_at} /> },
    { title: <span className="unseen">{t('sessions.revoke')}</span>, key: 'act', width: 110, align: 'right', render: (_, s) => (s.current ? null : <Revoke session={s} />) },
  ];
  return <Table size="middle" rowKey="id" className="panel" columns={columns} dataSource={sessions} pagination={false} />;
}

function Revoke({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.delete<void>(`/sessions/${session.id}`),
    onSuccess: () => void message.success(t('sessions.revoked')),
    onError: (err) => void message.error(fault(err)),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.sessions }),
  });
  return (
    <Popconfirm title={t('sessions.sure')} okText={t('sessions.revoke')} okButtonProps={{ danger: true }} onConfirm={() => revoke.mutate()}>
      <Button size="small" danger loading={revoke.isPending}>{t('sessions.revoke')}</Button>
    </Popconfirm>
  );
}
