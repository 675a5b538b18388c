import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useHold, useHolds } from '@/api/queries';
import type { Hold } from '@/api/types';
import { Load } from '@/components/Load';
import { Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { KeptTable } from './KeptTable';
import { ReasonModal } from './ReasonModal';

/** Legal holds, those that are on first, with what they hold (Rule T-02). */
export function Holds() {
  const { t } = useTranslation();
  const holds = useHolds();
  const [released, setReleased] = useState<Hold | null>(null);
  return (
    <Panel title={t('retention.holds')} className="retention-panel">
      <Load query={holds} rows={4}>{(data) => (data.holds.length === 0 ? <p className="faint retention-none">{t('retention.noHolds')}</p> : <Rows holds={data.holds} onRelease={setReleased} />)}</Load>
      {released && <Release hold={released} onClose={() => setReleased(null)} />}
    </Panel>
  );
}

function Rows({ holds, onRelease }: { holds: Hold[]; onRelease: (h: Hold) => void }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<Hold> = [
    { title: t('retention.case'), key: 'case', render: (_, h) => <><strong>{h.case}</strong> <Tag tone={h.released_at ? 'grey' : 'violet'}>{t(h.released_at ? 'retention.off' : 'retention.on')}</Tag></> },
    { title: t('retention.reason'), key: 'reason', render: (_, h) => <>{h.reason}{h.release_reason && <div className="faint">{t('retention.released')}: {h.release_reason}</div>}</> },
    { title: t('retention.placed'), key: 'placed', width: 190, render: (_, h) => <>{h.placed_by.name}<div className="faint"><TimeText at={h.placed_at} kind="full" /></div></> },
    { title: t('retention.recordings'), dataIndex: 'recordings', width: 90, className: 'num' },
    { title: <span className="unseen">{t('retention.release')}</span>, key: 'act', width: 100, align: 'right', render: (_, h) => !h.released_at && <Button size="small" onClick={() => onRelease(h)} aria-label={t('retention.releaseOf', { name: h.case })}>{t('retention.release')}</Button> },
  ];
  return (
    <Table<Hold> size="small" rowKey="id" columns={columns} dataSource={holds} pagination={{ pageSize: 10, hideOnSinglePage: true }} scroll={{ x: 'max-content' }}
      expandable={{
        expandedRowRender: (h) => <Of id={h.id} />,
        expandIcon: ({ expanded, onExpand, record }) => <Button size="small" type="text" aria-expanded={expanded} aria-label={`${t(expanded ? 'retention.hide' : 'retention.show')} ${record.case}`} onClick={(e) => onExpand(record, e)}>{expanded ? '−' : '+'}</Button>,
      }} />
  );
}

function Of({ id }: { id: string }) {
  const hold = useHold(id);
  return <Load query={hold} rows={3}>{(h) => <KeptTable list={h.list} />}</Load>;
}

function Release({ hold: h, onClose }: { hold: Hold; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: (reason: string) => api.post<Hold>(`/holds/${h.id}/release`, { reason }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: keys.holds }); void queries.invalidateQueries({ queryKey: keys.expiry }); onClose(); },
  });
  return <ReasonModal title={t('retention.releaseOf', { name: h.case })} text={t('retention.releaseMeans')} ok={t('retention.release')} busy={release.isPending} error={release.error} onClose={onClose} onGo={(r) => release.mutate(r)} />;
}
