import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useCall } from '@/api/queries';
import type { Call } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { AttemptTable } from '@/components/AttemptTable';
import { Load } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { MarkTable } from '@/features/marks/MarkTable';
import { CallFacts } from './CallFacts';
import { CallQualityFacts } from './CallQualityFacts';
import { RecordFacts } from './RecordFacts';

/** One call: its facts, its attempts with their evidence, its record. Rules T-06, C-01. */
export default function CallPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const call = useCall(id);
  return (
    <Page title={t('calls.title')}>
      <Load query={call} rows={8}>
        {(c) => (
          <div className="stack page-body">
            <Panel title={t('calls.call')} extra={<RecordingWord call={c} />}><CallFacts call={c} /></Panel>
            <Panel title={t('calls.attempts')}><AttemptTable attempts={c.attempts} /></Panel>
            {c.marks.length > 0 && <Panel title={t('marks.title')}><MarkTable marks={c.marks} /></Panel>}
            {c.legs.length > 0 && <Panel title={t('calls.quality')}><CallQualityFacts legs={c.legs} /></Panel>}
            <Panel title={t('calls.record')}><RecordFacts record={c.record} /></Panel>
          </div>
        )}
      </Load>
    </Page>
  );
}

/** The recording's true state; a link for those who may hear it (Rule S-01), and for others one to ask (Rule S-02). */
function RecordingWord({ call }: { call: Call }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!call.recording) return null;
  const mayHear = hasRole(me, 'inspector', 'auditor', 'records_head');
  return (
    <span className="row">
      {t('calls.recording')} <StateTag group="recordingState" value={call.recording.state} />
      {mayHear ? <Link to={`/recordings/${call.recording.id}`}>{t('common.open')}</Link> : <Link to={`/my-access?id=${call.id}`}>{t('access.ask')}</Link>}
    </span>
  );
}
