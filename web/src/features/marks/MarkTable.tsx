import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CallMark } from '@/api/types';
import { formatSpan } from '@/app/time';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord, type WordGroup } from '@/i18n';

/** What was done in calls beside talking; with calls named, for lists over many. Rules T-13, C-20. */
export function MarkTable({ marks, withCall }: { marks: CallMark[]; withCall?: boolean }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<CallMark> = [
    { title: t('marks.at'), key: 'at', width: 172, render: (_, m) => <TimeText at={m.at} kind="full" /> },
    { title: t('marks.kind'), key: 'kind', width: 110, render: (_, m) => <StateTag group="markKind" value={m.kind} /> },
    { title: t('marks.place'), key: 'place', width: 100, render: (_, m) => <span className="num">{m.offset_ms === null ? '—' : formatSpan(m.offset_ms)}</span> },
    { title: t('marks.length'), key: 'length', width: 90, render: (_, m) => <span className="num">{lengthOf(m, t('marks.lasts'))}</span> },
    { title: t('marks.by'), key: 'by', width: 130, render: (_, m) => m.by.name },
    { title: t('marks.reason'), key: 'reason', render: (_, m) => [m.reason && word(reasonsOf[m.kind] ?? 'pauseReason', m.reason), m.with?.name, m.note, m.end_reason && word(m.kind === 'transfer' ? 'transferEnd' : 'markEnd', m.end_reason)].filter(Boolean).join(' · ') },
  ];
  if (withCall) columns.splice(4, 0, { title: t('marks.call'), key: 'call', width: 140, render: (_, m) => <Link to={`/calls/${m.call_id}`}>{m.customer.name}</Link> });
  return <Table size="small" rowKey="id" className="panel" columns={columns} dataSource={marks} pagination={false} scroll={{ x: 'max-content' }} />;
}

const reasonsOf: Record<string, WordGroup> = { monitor: 'monitor', handover: 'handoverReason', transfer: 'transferKind' };

function lengthOf(m: CallMark, lasts: string): string {
  if (!m.ended_at) return lasts;
  return m.ended_at === m.at ? '—' : formatSpan(Date.parse(m.ended_at) - Date.parse(m.at));
}
