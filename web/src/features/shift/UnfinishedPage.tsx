import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Modal, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { UnfinishedAgent, UnfinishedList } from '@/api/types';
import { useMe } from '@/app/session';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useFaultText } from '@/components/Fault';
import './shift.css';

/** Who left which records open, and whose shift a supervisor lets end all the same. Rule C-23. */
export default function UnfinishedPage() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: keys.unfinished, refetchInterval: 60_000, queryFn: ({ signal }) => api.get<UnfinishedList>('/shifts/unfinished', undefined, signal) });
  const [letting, setLetting] = useState<UnfinishedAgent | null>(null);
  return (
    <Page title={t('shift.unfinished')} note={t('shift.unfinishedNote')} quiet>
      <Load query={list} rows={6}>{({ agents }) => (agents.length === 0 ? <Nothing text={t('shift.allWritten')} /> : <Rows agents={agents} onLet={setLetting} />)}</Load>
      {letting && <OverrideDialog agent={letting} onClose={() => setLetting(null)} />}
    </Page>
  );
}

function Rows({ agents, onLet }: { agents: UnfinishedAgent[]; onLet: (a: UnfinishedAgent) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const columns: TableColumnsType<UnfinishedAgent> = [
    { title: t('shift.agent'), key: 'agent', width: 140, render: (_, a) => <strong>{a.agent.name}</strong> },
    { title: t('shift.records'), key: 'records', render: (_, a) => (
      <ul className="shift-open">{a.records.map((w) => <li key={w.call_id}><Link className="shift-link" to={`/calls/${w.call_id}`}>{w.customer_name}</Link> <span className="faint"><TimeText at={w.ended_at} /></span></li>)}</ul>
    ) },
    { title: t('shift.earlier'), key: 'earlier', width: 120, render: (_, a) => (a.earlier > 0 ? <Tag tone="red">{t('shift.count', { n: a.earlier })}</Tag> : '—') },
    { title: t('shift.state'), key: 'state', width: 260, render: (_, a) => (
      <>
        {a.shift_since ? <>{t('shift.since')} <TimeText at={a.shift_since} /></> : <Tag tone="amber">{t('shift.none')}</Tag>}
        {a.left_at && <div className="faint">{t('shift.left', { n: a.left_open })} <TimeText at={a.left_at} />{a.override_reason && ` · ${a.override_reason}`}</div>}
      </>
    ) },
    { title: <span className="unseen">{t('common.edit')}</span>, key: 'act', width: 130, align: 'right', render: (_, a) => a.shift_since && a.agent.id !== me.user.id && <Button size="small" title={t('shift.letOf', { name: a.agent.name })} onClick={() => onLet(a)}>{t('shift.let')}</Button> },
  ];
  return <Table<UnfinishedAgent> size="small" rowKey={(a) => a.agent.id} className="panel" columns={columns} dataSource={agents} pagination={false} scroll={{ x: 'max-content' }} />;
}

function OverrideDialog({ agent, onClose }: { agent: UnfinishedAgent; onClose: () => void }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () => api.post<UnfinishedList>(`/shifts/${agent.agent.id}/end`, { reason: reason.trim() }),
    onSuccess: (list) => {
      queries.setQueryData(keys.unfinished, list);
      onClose();
    },
  });
  return (
    <Modal open title={t('shift.letOf', { name: agent.agent.name })} onCancel={onClose} okText={t('shift.let')} okButtonProps={{ disabled: !reason.trim(), loading: send.isPending, danger: true }} onOk={() => send.mutate()}>
      {send.error && <Alert type="error" showIcon className="gap-below" title={fault(send.error)} />}
      <label className="field"><span>{t('shift.reason')}</span><Input.TextArea rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} /></label>
      <p className="faint">{t('shift.logged')}</p>
    </Modal>
  );
}
