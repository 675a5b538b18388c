import { PlusOutlined } from '@ant-design/icons';
import { Button, Input, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useUsers } from '@/api/queries';
import type { User } from '@/api/types';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { useWord } from '@/i18n';
import { UserDrawer } from './UserDrawer';
import './users.css';

/** Accounts and their roles. Rule S-01. */
export default function UsersPage() {
  const { t } = useTranslation();
  const users = useUsers();
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  const [text, setText] = useState('');
  return (
    <Page title={t('users.title')} note={t('users.note')}
      actions={
        <>
          <Input allowClear className="user-search" placeholder={t('users.search')} aria-label={t('users.search')} value={text} onChange={(e) => setText(e.target.value)} />
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited('new')}>{t('users.new')}</Button>
        </>
      }>
      <Load query={users} rows={8}>
        {(data) => {
          const wanted = text.trim().toLowerCase();
          const rows = data.users.filter((u) => `${u.name} ${u.login} ${u.staff_number}`.toLowerCase().includes(wanted));
          return rows.length === 0 ? <Nothing text={t('users.noMatch')} /> : <Rows users={rows} onEdit={setEdited} />;
        }}
      </Load>
      {edited && <UserDrawer user={edited === 'new' ? null : edited} departments={departmentsOf(users.data?.users ?? [])} people={users.data?.users ?? []} onClose={() => setEdited(null)} />}
    </Page>
  );
}

/** The departments that accounts are in: the choice for others. */
function departmentsOf(users: User[]): Array<{ id: string; name: string }> {
  const all = new Map(users.flatMap((u) => (u.department ? [[u.department.id, u.department]] as const : [])));
  return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function Rows({ users, onEdit }: { users: User[]; onEdit: (user: User) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<User> = [
    { title: t('users.name'), key: 'name', width: 180, render: (_, u) => <span className="row"><strong>{u.name}</strong>{u.disabled && <Tag tone="red">{t('users.disabled')}</Tag>}</span> },
    { title: t('users.login'), dataIndex: 'login', width: 130 },
    { title: t('users.staffNumber'), key: 'number', width: 100, render: (_, u) => <span className="num">{u.staff_number}</span> },
    { title: t('users.roles'), key: 'roles', render: (_, u) => <span className="row user-roles">{u.roles.map((r) => <Tag key={r} tone="blue" icon={<></>}>{word('role', r)}</Tag>)}</span> },
    { title: t('users.department'), key: 'department', width: 160, render: (_, u) => u.department?.name ?? '—' },
    { title: t('users.superior'), key: 'superior', width: 110, render: (_, u) => u.superior?.name ?? '—' },
    { title: t('users.languages'), key: 'languages', width: 140, render: (_, u) => u.languages.map((l) => word('language', l)).join(' · ') || '—' },
    {
      title: <span className="unseen">{t('common.edit')}</span>, key: 'act', width: 170, align: 'right',
      render: (_, u) => <span className="row user-acts"><Link to={`/sessions?user_id=${u.id}`}>{t('users.sessions')}</Link><Button size="small" onClick={() => onEdit(u)} aria-label={t('users.change', { name: u.name })}>{t('common.edit')}</Button></span>,
    },
  ];
  return <Table size="middle" rowKey="id" className="panel" columns={columns} dataSource={users} pagination={false} />;
}
