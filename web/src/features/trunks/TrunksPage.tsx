import { PlusOutlined } from '@ant-design/icons';
import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTrunks } from '@/api/queries';
import type { Trunk, TrunkStatistics } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { useWord } from '@/i18n';
import { ProbeDrawer } from './ProbeDrawer';
import { TrunkDrawer } from './TrunkDrawer';
import './trunks.css';

/** The ways to the telephone network: how they stand, how they do, and what administrators say about them. Rule T-07. */
export default function TrunksPage() {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'administrator');
  const trunks = useTrunks();
  const [edited, setEdited] = useState<Trunk | 'new' | null>(null);
  const [tested, setTested] = useState<Trunk | null>(null);
  return (
    <Page title={t('trunks.title')} note={t('trunks.note')} actions={may && <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited('new')}>{t('trunks.new')}</Button>}>
      <Load query={trunks} rows={6}>
        {(data) => (data.trunks.length === 0 ? <Nothing text={t('trunks.empty')} /> : <Rows trunks={data.trunks} onTest={setTested} onEdit={may ? setEdited : undefined} />)}
      </Load>
      {tested && <ProbeDrawer trunk={tested} onClose={() => setTested(null)} />}
      {edited && <TrunkDrawer trunk={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}

function Rows({ trunks, onTest, onEdit }: { trunks: Trunk[]; onTest: (trunk: Trunk) => void; onEdit?: (trunk: Trunk) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<Trunk> = [
    { title: t('trunks.name'), key: 'name', render: (_, r) => <div className="trunk-figures"><strong>{r.name}</strong><span className="faint">{t(r.source === 'config' ? 'trunks.ofFile' : 'trunks.ofPage')}</span></div> },
    { title: t('trunks.state'), key: 'state', render: (_, r) => <div className="trunk-figures"><StateTag group="trunkState" value={r.state} />{r.degraded && <Tag tone="amber" title={t('trunks.degradedMeans')}>{t('trunks.degraded')}</Tag>}</div> },
    { title: t('trunks.address'), key: 'address', render: (_, r) => <div className="trunk-figures"><span className="num">{r.address}</span><span className="faint">{word('transport', r.transport)}{r.srtp !== 'off' && ` · ${t(r.srtp === 'mandatory' ? 'trunks.encrypted' : 'trunks.encryptedOptional')}`}{r.register && ` · ${t('trunks.registered')}`}</span></div> },
    { title: t('trunks.callerId'), key: 'caller', render: (_, r) => <div className="trunk-figures num"><span>{r.caller_id || '—'}</span>{r.caller_ids.length > 0 && <span className="faint">{t('trunks.more', { n: r.caller_ids.length })}</span>}</div> },
    { title: t('trunks.use'), key: 'use', render: (_, r) => <div className="trunk-figures num"><span>{r.max_calls ? `${r.calls} / ${r.max_calls}` : r.calls}</span><span className="faint">{t('trunks.place', { priority: r.priority, weight: r.weight })}</span></div> },
    { title: t('trunks.recent'), key: 'recent', render: (_, r) => <Figures of={r.recent} /> },
    { title: t('trunks.today'), key: 'today', render: (_, r) => <Figures of={r.today} /> },
    {
      title: <span className="unseen">{t('common.edit')}</span>, key: 'act', align: 'right',
      render: (_, r) => (
        <span className="row trunk-acts">
          <Button size="small" onClick={() => onTest(r)} aria-label={t('trunks.probeOf', { name: r.name })}>{t('trunks.probe')}</Button>
          {onEdit && <Button size="small" onClick={() => onEdit(r)} aria-label={t('trunks.change', { name: r.name })}>{t('common.edit')}</Button>}
        </span>
      ),
    },
  ];
  return <Table size="small" rowKey="id" className="panel" columns={columns} dataSource={trunks} pagination={false} scroll={{ x: 'max-content' }} />;
}

/** Answered of attempts, failures of the trunk itself, and how long until it rang. */
function Figures({ of }: { of: TrunkStatistics }) {
  const { t } = useTranslation();
  if (of.attempts === 0) return <span className="faint">{t('trunks.noCalls')}</span>;
  return (
    <div className="trunk-figures num">
      <span>{t('trunks.answered', { answered: of.answered, attempts: of.attempts, percent: Math.round((100 * of.answered) / of.attempts) })}</span>
      <span className="faint">{t('trunks.failures', { failed: of.failed })}{of.rang > 0 && ` · ${t('trunks.delay', { seconds: (of.post_dial_delay_ms / 1000).toFixed(1) })}`}</span>
    </div>
  );
}
