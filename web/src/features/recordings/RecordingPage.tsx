import { ArrowLeftOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useRecording } from '@/api/queries';
import type { Recording } from '@/api/types';
import { Load } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { TimeText } from '@/components/TimeText';
import { AttemptTable } from '@/components/AttemptTable';
import { CallFacts } from '@/features/calls/CallFacts';
import { RecordFacts } from '@/features/calls/RecordFacts';
import { useWord } from '@/i18n';
import { AccessPanel } from './AccessPanel';
import { PlayerPanel } from './PlayerPanel';
import { ProofPanel } from './ProofPanel';
import './recordings.css';

const playable: readonly string[] = ['sealed', 'uploading', 'stored', 'verified', 'held'];

/** One recording: the player, the proof, the call, and who has listened. Rules T-02, T-08, S-01, S-04. */
export default function RecordingPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const recording = useRecording(id);
  return (
    <Page title={t('recordings.one')} note={<Link to="/recordings"><ArrowLeftOutlined aria-hidden="true" /> {t('recordings.toList')}</Link>}>
      <Load query={recording} rows={10}>{(r) => <Content recording={r} />}</Load>
    </Page>
  );
}

function Content({ recording: r }: { recording: Recording }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div className="recording page-body" data-state={r.state}>
      <div className="stack">
        <p className="recording-head"><strong>{r.customer.name}</strong> <span className="num faint">{r.masked_number}</span> · {r.agent.name} · <TimeText at={r.started_at} kind="full" /></p>
        {playable.includes(r.state) ? <PlayerPanel recording={r} /> : <Alert type="info" showIcon title={t('recordings.notPlayable', { state: word('recordingState', r.state) })} />}
        <Panel title={t('calls.call')}><CallFacts call={r.call} /></Panel>
        <Panel title={t('calls.attempts')}><AttemptTable attempts={r.call.attempts} /></Panel>
        <Panel title={t('calls.record')}><RecordFacts record={r.record} /></Panel>
        <AccessPanel accesses={r.accesses} />
      </div>
      <ProofPanel recording={r} />
    </div>
  );
}
