import { ArrowLeftOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useRecording } from '@/api/queries';
import type { Recording } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Load } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { TimeText } from '@/components/TimeText';
import { AttemptTable } from '@/components/AttemptTable';
import { CallFacts } from '@/features/calls/CallFacts';
import { RecordFacts } from '@/features/calls/RecordFacts';
import { useWord } from '@/i18n';
import { HoldStrip } from '@/features/retention/HoldStrip';
import { AccessPanel } from './AccessPanel';
import { PlayerPanel } from './PlayerPanel';
import { ProofPanel } from './ProofPanel';
import { TagStrip } from './TagStrip';
import './recordings.css';

const mute = ['opened', 'spooling', 'failed', 'missing', 'expired', 'deleted'] as const; // states that nothing can be heard of

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
  const head = hasRole(useMe(), 'records_head');
  const silent = mute.find((s) => s === r.state);
  return (
    <div className="recording page-body" data-state={r.state}>
      <div className="stack">
        <p className="recording-head"><strong>{r.customer.name}</strong> <span className="num faint">{r.masked_number}</span> · {r.agent.name} · <TimeText at={r.started_at} kind="full" /></p>
        <div className="row"><HoldStrip recording={r} />{head && <Link to={`/filings?recording=${r.id}`}>{t('filings.ofRecording')}</Link>}</div>
        <TagStrip recording={r} />
        {r.origin && <Alert type="warning" showIcon className="gap-below" title={t('recordings.lesser')} description={<>{t('recordings.lesserMeans', { source: r.origin.source, reason: r.origin.reason, by: r.origin.by })} <TimeText at={r.origin.at} /><br /><span className="faint">{r.origin.name} · SHA-256 <code className="mono proof-hash">{r.origin.sha256}</code></span></>} />}
        {silent ? <Alert type={silent === 'missing' ? 'error' : 'info'} showIcon title={word('recordingState', r.state)} description={t(`recordings.notPlayable.${silent}`)} /> : <PlayerPanel recording={r} />}
        <Panel title={t('calls.call')}><CallFacts call={r.call} /></Panel>
        <Panel title={t('calls.attempts')}><AttemptTable attempts={r.call.attempts} /></Panel>
        <Panel title={t('calls.record')}><RecordFacts record={r.record} /></Panel>
        <AccessPanel accesses={r.accesses} />
      </div>
      <ProofPanel recording={r} />
    </div>
  );
}
