import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useExpiry, useExpiryBatch } from '@/api/queries';
import type { Expiry, ExpiryBatch } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Load } from '@/components/Load';
import { Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { KeptTable } from './KeptTable';
import { ReasonModal } from './ReasonModal';

const tones = { open: 'amber', approved: 'green', refused: 'red' } as const;

/** What is over, and what somebody proposed to delete (Rule T-02). */
export function ExpiryPanels() {
  const expiry = useExpiry();
  return <Load query={expiry} rows={6}>{(data) => <><Candidates data={data} /><Batches list={data.batches} /></>}</Load>;
}

function Candidates({ data }: { data: Expiry }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const may = hasRole(useMe(), 'records_head');
  const [chosen, setChosen] = useState<string[]>([]);
  const [asking, setAsking] = useState(false);
  const propose = useMutation({
    mutationFn: (reason: string) => api.post<ExpiryBatch>('/expiry/batches', { recordings: chosen, reason }),
    onSuccess: () => { setChosen([]); setAsking(false); void queries.invalidateQueries({ queryKey: keys.expiry }); },
  });
  return (
    <Panel title={t('retention.candidates')} className="retention-panel" extra={may && chosen.length > 0 && <Button type="primary" onClick={() => setAsking(true)}>{t('retention.propose', { n: chosen.length })}</Button>}>
      {data.candidates.length === 0 ? <p className="faint retention-none">{t('retention.noCandidates')}</p>
        : <KeptTable list={data.candidates} {...(may ? { selection: { selectedRowKeys: chosen, onChange: (k) => setChosen(k as string[]) } } : {})} />}
      {asking && <ReasonModal title={t('retention.proposeTitle', { n: chosen.length })} text={t('retention.proposeMeans')} ok={t('retention.propose', { n: chosen.length })} busy={propose.isPending} error={propose.error} onClose={() => setAsking(false)} onGo={(r) => propose.mutate(r)} />}
    </Panel>
  );
}

function Batches({ list }: { list: ExpiryBatch[] }) {
  const { t } = useTranslation();
  const me = useMe();
  const [deciding, setDeciding] = useState<{ batch: ExpiryBatch; approve: boolean } | null>(null);
  const columns: TableColumnsType<ExpiryBatch> = [
    { title: t('retention.proposedBy'), key: 'by', width: 190, render: (_, b) => <>{b.proposed_by.name}<div className="faint"><TimeText at={b.proposed_at} kind="full" /></div></> },
    { title: t('retention.reason'), key: 'reason', render: (_, b) => <>{b.reason}<div className="faint num">{t('retention.progress', { recordings: b.recordings, deleted: b.deleted, spared: b.spared })}</div></> },
    { title: t('retention.decidedBy'), key: 'decision', width: 190, render: (_, b) => <><Tag tone={tones[b.decision]}>{t(`retention.decision.${b.decision}`)}</Tag> {b.decided_by?.name}{b.decision_reason && <div className="faint">{b.decision_reason}</div>}</> },
    { title: <span className="unseen">{t('retention.approve')}</span>, key: 'act', width: 170, align: 'right', render: (_, b) => b.decision === 'open' && (b.proposed_by.id === me.user.id
      ? <span className="faint">{t('retention.own')}</span>
      : <><Button size="small" type="primary" danger onClick={() => setDeciding({ batch: b, approve: true })}>{t('retention.approve')}</Button> <Button size="small" onClick={() => setDeciding({ batch: b, approve: false })}>{t('retention.refuse')}</Button></>) },
  ];
  return (
    <Panel title={t('retention.batches')} className="retention-panel">
      {list.length === 0 ? <p className="faint retention-none">{t('retention.noBatches')}</p>
        : <Table<ExpiryBatch> size="small" rowKey="id" columns={columns} dataSource={list} pagination={{ pageSize: 10, hideOnSinglePage: true }} scroll={{ x: 'max-content' }} expandable={{
          expandedRowRender: (b) => <Of id={b.id} />,
          expandIcon: ({ expanded, onExpand, record }) => <Button size="small" type="text" aria-expanded={expanded} aria-label={`${t(expanded ? 'retention.hide' : 'retention.show')} ${record.reason}`} onClick={(e) => onExpand(record, e)}>{expanded ? '−' : '+'}</Button>,
        }} />}
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </Panel>
  );
}

function Of({ id }: { id: string }) {
  const batch = useExpiryBatch(id);
  return <Load query={batch} rows={3}>{(b) => <KeptTable list={b.list} />}</Load>;
}

function Decide({ batch: b, approve, onClose }: { batch: ExpiryBatch; approve: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: (reason: string) => api.post<ExpiryBatch>(`/expiry/batches/${b.id}/decision`, { approve, reason }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: keys.expiry }); onClose(); },
  });
  return <ReasonModal title={t(approve ? 'retention.approveTitle' : 'retention.refuseTitle', { n: b.recordings })} text={b.reason} ok={t(approve ? 'retention.approve' : 'retention.refuse')} needed={!approve} danger={approve}
    label={approve ? t('retention.reason') : t('retention.refuseReason')} busy={decide.isPending} error={decide.error} onClose={onClose} onGo={(r) => decide.mutate(r)} />;
}
