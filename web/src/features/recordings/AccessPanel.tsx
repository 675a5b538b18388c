import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Recording } from '@/api/types';
import { formatSpan } from '@/app/time';
import { Nothing } from '@/components/Load';
import { Panel } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

type Access = Recording['accesses'][number];

/** Who opened and heard the recording, when, and which part. Rule S-01. */
export function AccessPanel({ accesses }: { accesses: Access[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<Access> = [
    { title: t('recordings.when'), key: 'at', render: (_, a) => <TimeText at={a.at} kind="full" /> },
    { title: t('recordings.who'), dataIndex: 'user_name' },
    { title: t('recordings.did'), key: 'action', render: (_, a) => <StateTag group="accessAction" value={a.action} /> },
    { title: t('recordings.part'), key: 'part', render: (_, a) => (a.from_ms === null || a.to_ms === null ? '—' : <span className="num">{formatSpan(a.from_ms)} – {formatSpan(a.to_ms)}{a.channel && ` · ${word('side', a.channel)}`}</span>) },
  ];
  return (
    <Panel title={t('recordings.accesses')}>
      {accesses.length === 0 ? <Nothing text={t('recordings.noAccess')} /> : <Table size="small" rowKey={(a) => `${a.at}-${a.action}-${a.from_ms ?? ''}`} columns={columns} dataSource={accesses} pagination={accesses.length > 20 ? { pageSize: 20, size: 'small' } : false} />}
    </Panel>
  );
}
