import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Attempt } from '@/api/types';
import { Nothing } from './Load';
import { StateTag, Tag } from './StateTag';
import { TimeText } from './TimeText';
import { useWord } from '@/i18n';

/** Every dial with its evidence: who ended it, how long it rang, what the network said. Rules T-03, T-06. */
export function AttemptTable({ attempts }: { attempts: Attempt[] }) {
  const { t } = useTranslation();
  const word = useWord();
  if (attempts.length === 0) return <Nothing text={t('attempts.empty')} />;
  const columns: TableColumnsType<Attempt> = [
    { title: t('attempts.n'), dataIndex: 'n', width: 48 },
    { title: t('attempts.dialed'), key: 'at', width: 112, render: (_, a) => <TimeText at={a.dialed_at} kind="short" /> },
    { title: t('attempts.outcome'), key: 'outcome', width: 130, render: (_, a) => (a.outcome ? <StateTag group="outcome" value={a.outcome} /> : <Tag tone="blue">{t('attempts.running')}</Tag>) },
    { title: t('attempts.ring'), key: 'ring', width: 92, render: (_, a) => <Ring attempt={a} /> },
    { title: t('attempts.counted'), key: 'counted', width: 72, render: (_, a) => t(a.counted ? 'common.yes' : 'common.no') },
    {
      title: t('attempts.reason'), key: 'reason',
      render: (_, a) => (
        <span>
          {a.reason && word('ending', a.reason)}
          <span className="faint num"> {[a.sip_code, a.sip_reason].filter(Boolean).join(' ')}{a.q850_cause ? ` Q.850 ${a.q850_cause}` : ''}</span>
          {a.ended_by && <span className="faint"> {t('attempts.endedBy', { party: word('party', a.ended_by) })}</span>}
          {a.override_reason && <div className="tone-amber">{t('attempts.override', { reason: a.override_reason })}</div>}
        </span>
      ),
    },
    { title: t('attempts.trunk'), dataIndex: 'trunk', width: 90 },
    { title: t('attempts.recording'), key: 'recording', width: 110, render: (_, a) => (a.recording ? <StateTag group="recordingState" value={a.recording.state} /> : '—') },
  ];
  return <Table size="small" rowKey="id" columns={columns} dataSource={attempts} pagination={false} scroll={{ x: 820 }} />;
}

function Ring({ attempt: a }: { attempt: Attempt }) {
  const { t } = useTranslation();
  if (a.ring_ms === null) return <span className="faint">{t('attempts.noRing')}</span>;
  return (
    <span className={a.ring_ok ? 'num tone-green' : 'num tone-amber'} title={a.ringing_signal ? t('attempts.signal', { signal: a.ringing_signal }) : undefined}>
      {t('attempts.seconds', { n: (a.ring_ms / 1000).toFixed(1) })} {a.ring_ok ? '✓' : '✗'}
      <span className="unseen">{t(a.ring_ok ? 'attempts.ringOk' : 'attempts.ringShort')}</span>
    </span>
  );
}
