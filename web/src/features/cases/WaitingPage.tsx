import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { WaitingItem } from '@/api/types';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { useWaiting } from './useCases';
import './cases.css';

/** Slips and cases that are mine, and those whose missed clock came up to me. Rule C-18. */
export default function WaitingPage() {
  const { t } = useTranslation();
  const waiting = useWaiting();
  return (
    <Page title={t('waiting.title')} note={t('waiting.note')} quiet>
      <Load query={waiting} rows={6}>{({ items }) => (items.length === 0 ? <Nothing text={t('waiting.empty')} /> : <Rows rows={items} />)}</Load>
    </Page>
  );
}

function Rows({ rows }: { rows: WaitingItem[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<WaitingItem> = [
    { title: t('cases.number'), key: 'number', width: 160, render: (_, i) => <Link className="num" to={i.object === 'slip' ? `/slips?slip=${i.id}` : `/cases?case=${i.id}`}>{i.number}</Link> },
    { title: t('cases.kind'), key: 'kind', width: 120, render: (_, i) => (i.object === 'slip' ? `${t('waiting.slip')} · ${word('slipKind', i.kind)}` : word('caseKind', i.kind)) },
    { title: t('cases.customer'), dataIndex: 'customer', width: 110 },
    { title: t('cases.matter'), key: 'matter', render: (_, i) => <span className="case-matter">{i.matter}</span> },
    { title: t('cases.state'), key: 'state', width: 140, render: (_, i) => <StateTag group={i.object === 'slip' ? 'slipState' : 'caseState'} value={i.state} /> },
    { title: t('waiting.why'), key: 'why', width: 150, render: (_, i) => (i.escalated ? <Tag tone="red">{t('waiting.escalated', { name: i.holder || t('cases.nobody') })}</Tag> : t('waiting.mine')) },
    { title: t('cases.due'), key: 'due', width: 160, render: (_, i) => <><TimeText at={i.due_at} />{i.overdue && <div><Tag tone="red">{t('cases.overdue')}</Tag></div>}</> },
  ];
  return <Table<WaitingItem> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
