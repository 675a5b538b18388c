import { CheckCircleFilled, CloseCircleFilled, CopyOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Recording, RecordingCheck } from '@/api/types';
import { formatSpan } from '@/app/time';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Panel } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { Flags } from './RecordingsPage';

/** What proves that the recording is whole and unaltered: hash, lock, retention; and a check of it now. Rules T-02, S-04. */
export function ProofPanel({ recording: r }: { recording: Recording }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const check = useMutation({
    mutationFn: () => api.post<RecordingCheck>(`/recordings/${r.id}/check`),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keys.recording(r.id) }),
    onError: (err) => void message.error(fault(err)),
  });
  const copy = () => void navigator.clipboard.writeText(r.sha256).then(() => message.success(t('recordings.copied')));
  return (
    <Panel title={t('recordings.proof')} extra={<StateTag group="recordingState" value={r.state} />} className="proof">
      <div className="row proof-flags"><Flags row={r} /></div>
      {r.error && <Alert type={r.state === 'failed' || r.state === 'missing' ? 'error' : 'warning'} showIcon className="gap-below" title={t('recordings.trouble')} description={r.error} />}
      <Facts
        rows={[
          ['SHA-256', r.sha256 ? <span className="proof-hash"><code className="mono">{r.sha256}</code><Button size="small" type="text" icon={<CopyOutlined />} aria-label={t('recordings.copy')} onClick={copy} /></span> : ''],
          [t('recordings.length'), <span key="l" className="num">{formatSpan(r.duration_ms)}</span>],
          [t('recordings.size'), r.bytes > 0 ? <span key="b" className="num">{r.bytes.toLocaleString('en')} B</span> : ''],
          [t('recordings.law'), r.law ? word('law', r.law) : ''],
          [t('recordings.spoken'), <span key="s" className="num">{word('side', 'left')} {formatSpan(r.left_active_ms)} · {word('side', 'right')} {formatSpan(r.right_active_ms)}</span>],
          [t('recordings.stored'), r.stored_at ? <TimeText key="st" at={r.stored_at} kind="full" /> : ''],
          [t('recordings.verified'), r.verified_at ? <TimeText key="v" at={r.verified_at} kind="full" /> : ''],
          [t('recordings.retainUntil'), r.retain_until ? <span key="u"><TimeText at={r.retain_until} kind="day" /> <code className="rule">{r.object.lock_mode}</code></span> : ''],
          [t('recordings.object'), r.object.key ? <code key="o" className="mono">{r.object.bucket}/{r.object.key}</code> : ''],
          [t('recordings.key'), r.object.key ? r.object.key_id ? <code key="k" className="mono">{r.object.key_id}</code> : t('recordings.notEncrypted') : ''],
          [t('recordings.objectHash'), r.object.sha256 ? <code key="oh" className="mono proof-hash">{r.object.sha256}</code> : ''],
          [t('recordings.version'), r.object.version_id ? <code key="vi" className="mono">{r.object.version_id}</code> : ''],
        ]}
      />
      {r.object.key && <Button icon={<SafetyCertificateOutlined />} loading={check.isPending} onClick={() => check.mutate()} className="proof-check">{t('recordings.check')}</Button>}
      {check.data && <Result result={check.data} />}
    </Panel>
  );
}

function Result({ result }: { result: RecordingCheck }) {
  const { t } = useTranslation();
  const ok = result.sha256_ok;
  return (
    <p className={ok ? 'proof-result tone-green' : 'proof-result tone-red'} role="status" data-ok={ok}>
      {ok ? <CheckCircleFilled aria-hidden="true" /> : <CloseCircleFilled aria-hidden="true" />} {t(ok ? 'recordings.checkOk' : 'recordings.checkBad')} <TimeText at={result.checked_at} kind="clock" />
      {!ok && result.error && <span className="mono"> {result.error}</span>}
    </p>
  );
}
