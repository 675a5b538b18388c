import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Popconfirm, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { ApiToken, ApiTokens } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { NewTokenDrawer } from './NewTokenDrawer';

const ended = (token: ApiToken) => Boolean(token.revoked_at) || new Date(token.expires_at) <= new Date();

/** Tokens with which other programs of the house call the API. Rule C-22. */
export default function TokensPage() {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const may = hasRole(useMe(), 'administrator');
  const tokens = useQuery({ queryKey: keys.tokens, queryFn: ({ signal }) => api.get<ApiTokens>('/tokens', undefined, signal) });
  const [making, setMaking] = useState(false);
  const revoke = useMutation({ mutationFn: (id: string) => api.delete(`/tokens/${id}`), onSuccess: () => queries.invalidateQueries({ queryKey: keys.tokens }) });
  return (
    <Page title={t('tokens.title')} note={t('tokens.note')} actions={may && <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setMaking(true)}>{t('tokens.new')}</Button>}>
      {revoke.error && <Alert type="error" showIcon className="gap-below" title={fault(revoke.error)} />}
      <Load query={tokens} rows={6}>
        {(data) => (data.tokens.length === 0 ? <Nothing text={t('tokens.empty')} /> : <Rows tokens={data.tokens} revoke={may ? revoke.mutate : undefined} />)}
      </Load>
      {making && <NewTokenDrawer scopes={tokens.data?.scopes ?? []} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Rows({ tokens, revoke }: { tokens: ApiToken[]; revoke?: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<ApiToken> = [
    { title: t('tokens.name'), key: 'name', width: 180, render: (_, k) => <><strong>{k.name}</strong><div className="faint num">{k.prefix}…</div></> },
    { title: t('tokens.scopes'), key: 'scopes', render: (_, k) => <span className="row">{k.scopes.map((s) => <Tag key={s} tone="blue" icon={<></>}>{word('scope', s.replace(':', '_'))}</Tag>)}</span> },
    { title: t('tokens.perMinute'), key: 'rate', width: 110, align: 'right', render: (_, k) => <span className="num">{k.per_minute}</span> },
    { title: t('tokens.made'), key: 'made', width: 150, render: (_, k) => <><TimeText at={k.created_at} /><div className="faint">{k.created_by.name}</div></> },
    { title: t('tokens.used'), key: 'used', width: 150, render: (_, k) => (k.last_used_at ? <><TimeText at={k.last_used_at} /><div className="faint num">{k.last_ip}</div></> : <span className="faint">{t('tokens.never')}</span>) },
    { title: t('tokens.expires'), key: 'expires', width: 150, render: (_, k) => <TimeText at={k.expires_at} /> },
    { title: t('tokens.state'), key: 'state', width: 110, render: (_, k) => <Tag tone={ended(k) ? 'grey' : 'green'}>{t(k.revoked_at ? 'tokens.revoked' : ended(k) ? 'tokens.expired' : 'tokens.valid')}</Tag> },
  ];
  if (revoke) {
    columns.push({
      title: <span className="unseen">{t('tokens.revoke')}</span>, key: 'act', width: 90, align: 'right',
      render: (_, k) => !ended(k) && <Popconfirm title={t('tokens.revokeMeans', { name: k.name })} okText={t('tokens.revoke')} cancelText={t('common.cancel')} onConfirm={() => revoke(k.id)}><Button size="small" danger aria-label={t('tokens.revokeOne', { name: k.name })}>{t('tokens.revoke')}</Button></Popconfirm>,
    });
  }
  return <Table<ApiToken> size="middle" rowKey="id" className="panel" columns={columns} dataSource={tokens} pagination={false} scroll={{ x: 'max-content' }} />;
}
