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
  if (attempts.length === 0) return <Nothing text={t('attempts.empty')} />;
  const columns: TableColumnsType<Attempt> = [
    { title: t('attempts.n'), dataIndex: 'n', width: 44 },
    { title: t('attempts.dialed'), key: 'at', width: 104, render: (_, a) => <TimeText at={a.dialed_at} kind="short" /> },
    {
      title: t('attempts.outcome'), key: 'outcome', width: 124,
      render: (_, a) => (
        <>
          {a.outcome ? <StateTag group="outcome" value={a.outcome} /> : <Tag tone="blue">{t('attempts.running')}</Tag>}
          <div className="faint">{t(a.counted ? 'attempts.counted' : 'attempts.notCounted')}</div>
        </>
      ),
    },
    { title: t('attempts.ring'), key: 'ring', width: 84, render: (_, a) => <Ring attempt={a} /> },
    { title: t('attempts.reason'), key: 'reason', render: (_, a) => <Evidence attempt={a} /> },
  ];
  return <Table size="small" rowKey="id" columns={columns} dataSource={attempts} pagination={false} />;
}

/** What the network said, who ended it, over which line, and what became of the recording. */
function Evidence({ attempt: a }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <>
      <div>{a.reason && word('ending', a.reason)}{a.ended_by && <span className="faint"> {t('attempts.endedBy', { party: word('party', a.ended_by) })}</span>}</div>
      <div className="faint num">{[[a.sip_code, a.sip_reason].filter(Boolean).join(' '), a.q850_cause ? `Q.850 ${a.q850_cause}` : '', a.trunk].filter(Boolean).join(' · ')}</div>
      {a.heard.length > 0 && <div className="faint">{t('attempts.heard', { sounds: a.heard.map((h) => word('sound', h.sound)).join(' → ') })}</div>}
      {a.override_reason && <div className="tone-amber">{t('attempts.override', { reason: a.override_reason })}</div>}
      {a.recording && <div className="row"><span className="faint">{t('attempts.recording')}</span><StateTag group="recordingState" value={a.recording.state} /></div>}
    </>
  );
}

function Ring({ attempt: a }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const word = useWord();
  if (a.ring_ms === null) return <span className="faint">{t('attempts.noRing')}</span>;
  return (
    <span className={a.ring_ok ? 'num tone-green' : 'num tone-amber'} title={a.ringing_signal ? t('attempts.signal', { signal: word('ringingSignal', a.ringing_signal) }) : undefined}>
      {t('attempts.seconds', { n: (a.ring_ms / 1000).toFixed(1) })} {a.ring_ok ? '✓' : '✗'}
      <span className="unseen">{t(a.ring_ok ? 'attempts.ringOk' : 'attempts.ringShort')}</span>
    </span>
  );
}
