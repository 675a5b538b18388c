import { App, Button, Checkbox, Input, InputNumber, Modal, Table, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { AccessCandidate, AccessCandidates, AccessGrant, AccessRequest, GrantAccess } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { formatSpan } from '@/app/time';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import './access.css';

const table = { size: 'small', scroll: { x: 'max-content' }, pagination: false } as const;

/** Does something and reads everything about access anew. */
function useAct(path: string, done: () => void) {
  const { message } = App.useApp();
  const problem = useFaultText();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: object) => api.post(path, body),
    onSuccess: () => { done(); void client.invalidateQueries({ queryKey: keys.access }); },
    onError: (e) => void message.error(problem(e)),
  });
}

/** The queue of requests, and the grants with what was heard under them. Rule S-02. */
export default function AccessPage() {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'records_head');
  const open = useQuery({ queryKey: [...keys.access, 'requests'], refetchInterval: 30_000, queryFn: ({ signal }) => api.get<{ requests: AccessRequest[] }>('/access-requests', { state: 'open' }, signal) });
  const grants = useQuery({ queryKey: [...keys.access, 'grants'], queryFn: ({ signal }) => api.get<{ grants: AccessGrant[] }>('/access-grants', undefined, signal) });
  const [deciding, setDeciding] = useState<string>();
  const [revoking, setRevoking] = useState<string>();
  const [log, setLog] = useState<string>();
  const queue: TableColumnsType<AccessRequest> = [
    { title: t('access.asked'), key: 'at', render: (_, r) => <TimeText at={r.created_at} kind="full" /> },
    { title: t('access.by'), key: 'by', render: (_, r) => r.by.name },
    { title: t('access.purpose'), key: 'purpose', render: (_, r) => <span className="access-text">{r.purpose}</span> },
    { title: t('access.days'), key: 'days', render: (_, r) => <span><span className="num">{r.days}</span> · {t(r.download ? 'access.yes' : 'access.no')}</span> },
    { title: t('access.decide'), key: 'do', render: (_, r) => may && <Button size="small" onClick={() => setDeciding(r.id)}>{t('access.decide')}</Button> },
  ];
  const given: TableColumnsType<AccessGrant> = [
    { title: t('access.by'), key: 'by', render: (_, g) => g.user.name },
    { title: t('access.purpose'), key: 'purpose', render: (_, g) => <span className="access-text">{g.purpose}</span> },
    { title: t('access.recordings'), key: 'n', render: (_, g) => <span><span className="num">{g.recordings.length}</span> · {t(g.download ? 'access.yes' : 'access.no')}</span> },
    { title: t('access.until'), key: 'until', render: (_, g) => <TimeText at={g.until} kind="full" /> },
    { title: t('access.state'), key: 'state', render: (_, g) => <GrantState of={g} /> },
    { title: t('access.log'), key: 'do', render: (_, g) => (
      <span className="row">
        <Button size="small" onClick={() => setLog(g.id)}>{t('access.log')}</Button>
        {may && !g.revoked_at && <Button size="small" danger onClick={() => setRevoking(g.id)}>{t('access.revoke')}</Button>}
      </span>
    ) },
  ];
  return (
    <Page title={t('access.title')} note={t('access.note')}>
      <Panel title={t('access.queue')} className="access-panel">
        <Load query={open} rows={2}>{(d) => (d.requests.length === 0 ? <Nothing text={t('access.noneOpen')} /> : <Table<AccessRequest> {...table} rowKey="id" columns={queue} dataSource={d.requests} />)}</Load>
      </Panel>
      <Panel title={t('access.grants')} className="access-panel">
        <Load query={grants} rows={3}>{(d) => (d.grants.length === 0 ? <Nothing text={t('access.noneGrants')} /> : <Table<AccessGrant> {...table} rowKey="id" columns={given} dataSource={d.grants} />)}</Load>
      </Panel>
      {deciding && <Deciding id={deciding} done={() => setDeciding(undefined)} />}
      {revoking && <Revoking id={revoking} done={() => setRevoking(undefined)} />}
      {log && <Log id={log} done={() => setLog(undefined)} />}
    </Page>
  );
}

function GrantState({ of }: { of: AccessGrant }) {
  const { t } = useTranslation();
  if (of.revoked_at) return <span className="access-text"><Tag tone="red">{t('access.revoked')}</Tag> {of.revoke_reason}</span>;
  return Date.parse(of.until) < Date.now() ? <Tag tone="grey">{t('access.over')}</Tag> : <Tag tone="green">{t('access.valid')}</Tag>;
}

/** Approves what is selected, for the days and with the download that are given, or refuses. */
function Deciding({ id, done }: { id: string; done: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: [...keys.access, 'request', id], queryFn: ({ signal }) => api.get<AccessCandidates>(`/access-requests/${id}`, undefined, signal) });
  return <Modal open width={820} title={t('access.decide')} footer={null} onCancel={done}><Load query={query} rows={5}>{(data) => <Decision data={data} done={done} />}</Load></Modal>;
}

function Decision({ data, done }: { data: AccessCandidates; done: () => void }) {
  const { t } = useTranslation();
  const { request, recordings } = data;
  const [chosen, setChosen] = useState(() => recordings.filter((r) => !r.interest).map((r) => r.id));
  const [days, setDays] = useState(request.days);
  const [download, setDownload] = useState(request.download);
  const [reason, setReason] = useState('');
  const approve = useAct(`/access-requests/${request.id}/approve`, done);
  const refuse = useAct(`/access-requests/${request.id}/refuse`, done);
  const columns: TableColumnsType<AccessCandidate> = [
    { title: t('access.started'), key: 'at', render: (_, r) => <TimeText at={r.started_at} kind="full" /> },
    { title: t('access.who'), key: 'who', render: (_, r) => r.customer.name },
    { title: t('access.agent'), key: 'agent', render: (_, r) => r.agent.name },
    { title: t('access.state'), key: 'interest', render: (_, r) => (r.interest ? <Tag tone="red">{t('access.interest')} C-15</Tag> : <StateTag group="recordingState" value={r.state} />) },
  ];
  return (
    <div className="access-form">
      <p>{request.by.name}: {request.purpose}</p>
      {recordings.length === 0 ? <Nothing text={t('access.noMatch')} /> : (
        <Table<AccessCandidate> {...table} rowKey="id" columns={columns} dataSource={recordings} scroll={{ x: 'max-content', y: 240 }}
          rowSelection={{ selectedRowKeys: chosen, onChange: (ids) => setChosen(ids.map(String)), getCheckboxProps: (r) => ({ disabled: r.interest, 'aria-label': r.id }), columnTitle: t('access.recordings') }} />
      )}
      <span className="row">
        <InputNumber min={1} max={request.days} precision={0} aria-label={t('access.days')} addonAfter={t('access.days')} value={days} onChange={(n) => setDays(n ?? 1)} />
        <Checkbox disabled={!request.download} checked={download} onChange={(e) => setDownload(e.target.checked)}>{t('access.yes')}</Checkbox>
      </span>
      <Input.TextArea rows={2} maxLength={2000} aria-label={t('access.reason')} placeholder={t('access.reason')} value={reason} onChange={(e) => setReason(e.target.value)} />
      <span className="row">
        <Button type="primary" disabled={chosen.length === 0} loading={approve.isPending} onClick={() => approve.mutate({ recordings: chosen, days, download, reason })}>{t('access.approve')}</Button>
        <Button danger disabled={reason.trim() === ''} loading={refuse.isPending} onClick={() => refuse.mutate({ reason })}>{t('access.refuse')}</Button>
      </span>
    </div>
  );
}

function Revoking({ id, done }: { id: string; done: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const revoke = useAct(`/access-grants/${id}/revoke`, done);
  return (
    <Modal open title={t('access.revoke')} okText={t('access.revoke')} onCancel={done} onOk={() => revoke.mutate({ reason })} okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: revoke.isPending }}>
      <Input.TextArea autoFocus rows={3} maxLength={2000} aria-label={t('access.reason')} placeholder={t('access.reason')} value={reason} onChange={(e) => setReason(e.target.value)} />
    </Modal>
  );
}

function Log({ id, done }: { id: string; done: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: [...keys.access, 'log', id], queryFn: ({ signal }) => api.get<{ accesses: GrantAccess[] }>(`/access-grants/${id}/accesses`, undefined, signal) });
  const columns: TableColumnsType<GrantAccess> = [
    { title: t('recordings.when'), key: 'at', render: (_, a) => <TimeText at={a.at} kind="full" /> },
    { title: t('recordings.did'), key: 'did', render: (_, a) => <StateTag group="accessAction" value={a.action} /> },
    { title: t('recordings.part'), key: 'part', render: (_, a) => (a.from_ms === null || a.to_ms === null ? '—' : <span className="num">{formatSpan(a.from_ms)} – {formatSpan(a.to_ms)}</span>) },
    { title: t('access.recordings'), key: 'id', render: (_, a) => <span className="mono">{a.recording_id}</span> },
  ];
  return (
    <Modal open width={820} title={t('access.log')} footer={null} onCancel={done}>
      <Load query={query} rows={4}>{(d) => (d.accesses.length === 0 ? <Nothing text={t('access.noneLog')} /> : <Table<GrantAccess> {...table} rowKey={(a) => `${a.at}-${a.action}-${a.recording_id}`} columns={columns} dataSource={d.accesses} scroll={{ x: 'max-content', y: 320 }} />)}</Load>
    </Modal>
  );
}
