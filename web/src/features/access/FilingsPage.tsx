import { App, Button, Form, Input, Modal, Table, Typography, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Filing, FilingOrder, FilingReceipt } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Fault, useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { idsOf } from './ids';
import './access.css';

/** What goes to regulators: drafted, filed, and handed over as a sealed pack. Nothing is handed over that was not filed. Rule S-03. */
export default function FilingsPage() {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'records_head');
  const [params, setParams] = useSearchParams();
  const [drafting, setDrafting] = useState(params.has('recording'));
  const [handing, setHanding] = useState<Filing>();
  const filings = useQuery({ queryKey: keys.filings, queryFn: ({ signal }) => api.get<{ filings: Filing[] }>('/filings', undefined, signal) });
  const columns: TableColumnsType<Filing> = [
    { title: t('filings.authority'), key: 'authority', render: (_, f) => <span className="access-text">{f.authority}<br /><span className="faint">{f.reference}</span></span> },
    { title: t('filings.basis'), key: 'basis', render: (_, f) => <span className="access-text">{f.legal_basis}</span> },
    { title: t('filings.recordings'), key: 'n', align: 'right', render: (_, f) => <span className="num">{f.recordings.length}</span> },
    { title: t('filings.drafted'), key: 'drafted', render: (_, f) => <>{f.drafted_by.name}<br /><TimeText at={f.drafted_at} /></> },
    { title: t('filings.state'), key: 'state', render: (_, f) => <><StateTag group="filingState" value={f.state} />{f.filed_at && <><br /><span className="faint">{f.filed_by?.name} <TimeText at={f.filed_at} /></span></>}</> },
    { title: t('filings.pack'), key: 'pack', render: (_, f) => <Pack of={f} /> },
    ...(may ? [{ title: t('filings.next'), key: 'next', render: (_: unknown, f: Filing) => <Next of={f} onHand={() => setHanding(f)} /> }] : []),
  ];
  return (
    <Page title={t('filings.title')} note={t('filings.note')}>
      <Panel title={t('filings.list')} className="access-panel" extra={may && <Button type="primary" onClick={() => setDrafting(true)}>{t('filings.draft')}</Button>}>
        <Load query={filings} rows={3}>{(d) => (d.filings.length === 0 ? <Nothing text={t('filings.none')} /> : <Table<Filing> size="small" scroll={{ x: 'max-content' }} pagination={false} rowKey="id" columns={columns} dataSource={d.filings} />)}</Load>
      </Panel>
      {may && drafting && <Draft ids={params.getAll('recording').join('\n')} done={() => { setDrafting(false); setParams({}, { replace: true }); }} />}
      {handing && <HandOver of={handing} done={() => setHanding(undefined)} />}
    </Page>
  );
}

/** What was handed over, or the command that makes the pack and notes it. */
function Pack({ of: f }: { of: Filing }) {
  const { t } = useTranslation();
  const { user } = useMe();
  if (f.state === 'handed_over') return <span className="access-text">{t('filings.taken', { name: f.taken_by })} <TimeText at={f.handed_at} /><br /><Typography.Text code copyable={{ text: f.pack_sha256 }}>{f.pack_sha256.slice(0, 16)}…</Typography.Text></span>;
  if (f.state === 'drafted') return <>—</>;
  const command = `huifang export --config /etc/huifang/huifang.yaml --filing ${f.id} --taken-by "" --by ${user.login} --out packs`;
  return <span className="access-text"><Typography.Text code copyable={{ text: command }} aria-label={t('filings.command')}>huifang export --filing {f.id.slice(0, 8)}…</Typography.Text></span>;
}

function Next({ of: f, onHand }: { of: Filing; onHand: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problem = useFaultText();
  const client = useQueryClient();
  const file = useMutation({
    mutationFn: () => api.post(`/filings/${f.id}/file`, {}),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.filings }),
    onError: (e) => void message.error(problem(e)),
  });
  if (f.state === 'drafted') return <Button size="small" loading={file.isPending} onClick={() => file.mutate()}>{t('filings.file')}</Button>;
  return f.state === 'filed' ? <Button size="small" onClick={onHand}>{t('filings.hand')}</Button> : null;
}

function useFilingAct<T>(path: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({ mutationFn: (body: T) => api.post(path, body), onSuccess: () => { void client.invalidateQueries({ queryKey: keys.filings }); done(); } });
}

function Draft({ ids, done }: { ids: string; done: () => void }) {
  const { t } = useTranslation();
  const draft = useFilingAct<FilingOrder>('/filings', done);
  const wanted = [{ required: true, whitespace: true, message: t('filings.wanted') }];
  return (
    <Modal open width={640} title={t('filings.draft')} footer={null} onCancel={done}>
      <Form layout="vertical" initialValues={{ recordings: ids }}
        onFinish={(v: Omit<FilingOrder, 'recordings'> & { recordings: string }) => draft.mutate({ ...v, recordings: idsOf(v.recordings) ?? [] })}>
        <Form.Item name="authority" label={t('filings.authority')} rules={wanted}><Input maxLength={200} /></Form.Item>
        <Form.Item name="reference" label={t('filings.reference')} rules={wanted}><Input maxLength={200} /></Form.Item>
        <Form.Item name="legal_basis" label={t('filings.basis')} rules={wanted}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        <Form.Item name="recordings" label={t('filings.ids')} rules={[...wanted, { validator: (_, v: string) => (idsOf(v ?? '') ? Promise.resolve() : Promise.reject(new Error(t('access.badIds')))) }]}>
          <Input.TextArea rows={3} className="mono" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={draft.isPending}>{t('filings.save')}</Button>
        {draft.error && <Fault compact error={draft.error} />}
      </Form>
    </Modal>
  );
}

/** For a pack that was made elsewhere: who took it, and its hash. The command notes this itself. */
function HandOver({ of: f, done }: { of: Filing; done: () => void }) {
  const { t } = useTranslation();
  const hand = useFilingAct<FilingReceipt>(`/filings/${f.id}/hand-over`, done);
  return (
    <Modal open title={t('filings.hand')} footer={null} onCancel={done}>
      <p>{t('filings.handMeans')}</p>
      <Form layout="vertical" onFinish={(v: FilingReceipt) => hand.mutate({ taken_by: v.taken_by.trim(), pack_sha256: v.pack_sha256.trim().toLowerCase() })}>
        <Form.Item name="taken_by" label={t('filings.takenBy')} rules={[{ required: true, whitespace: true, message: t('filings.wanted') }]}><Input maxLength={200} /></Form.Item>
        <Form.Item name="pack_sha256" label={t('filings.hash')} rules={[{ required: true, pattern: /^\s*[0-9a-fA-F]{64}\s*$/, message: t('filings.badHash') }]}><Input className="mono" /></Form.Item>
        <Button type="primary" htmlType="submit" loading={hand.isPending}>{t('filings.hand')}</Button>
        {hand.error && <Fault compact error={hand.error} />}
      </Form>
    </Modal>
  );
}
