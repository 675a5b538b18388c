import { Table, type TableColumnsType, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { KeptRecording } from '@/api/types';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';

/** Recordings whose end is looked at. */
export function KeptTable({ list, selection }: { list: KeptRecording[]; selection?: TableProps<KeptRecording>['rowSelection'] }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<KeptRecording> = [
    { title: t('retention.call'), key: 'call', width: 170, render: (_, r) => <Link to={`/recordings/${r.recording_id}`}><TimeText at={r.started_at} kind="full" /></Link> },
    { title: t('retention.customer'), key: 'customer', render: (_, r) => <>{r.customer} <span className="num faint">{r.masked_number}</span></> },
    { title: t('retention.program'), dataIndex: 'program' },
    { title: t('retention.until'), key: 'until', render: (_, r) => <>{r.retain_until && <TimeText at={r.retain_until} kind="day" />} {r.overdue && <Tag tone="amber">{t('retention.overdue')}</Tag>}</> },
    { title: t('recordings.state'), key: 'state', render: (_, r) => <><StateTag group="recordingState" value={r.state} />{r.spared && <div className="faint">{r.spared}</div>}</> },
  ];
  return <Table<KeptRecording> size="small" rowKey="recording_id" columns={columns} dataSource={list} rowSelection={selection} pagination={{ pageSize: 20, hideOnSinglePage: true }} scroll={{ x: 'max-content' }} />;
}
