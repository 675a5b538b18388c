import { PhoneOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useProbes } from '@/api/queries';
import type { Probe, Trunk } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

/** Test calls of a trunk: makes one, and shows what became of the latest. Rules T-01, T-07. */
export function ProbeDrawer({ trunk, onClose }: { trunk: Trunk; onClose: () => void }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const may = hasRole(useMe(), 'administrator');
  const probes = useProbes(trunk.id);
  const begin = useMutation({ mutationFn: () => api.post<Probe>(`/trunks/${trunk.id}/probes`), onSettled: () => queries.invalidateQueries({ queryKey: keys.probes(trunk.id) }) });
  const running = probes.data?.probes.some((p) => !p.ended_at) ?? false;
  return (
    <Drawer open size={520} title={t('trunks.probeTitle', { name: trunk.name })} onClose={onClose} destroyOnHidden>
      <p className="faint gap-below">{t('trunks.probeNote')}</p>
      {begin.error && <Alert type="error" showIcon className="gap-below" title={fault(begin.error)} />}
      {may && (
        <Button type="primary" className="gap-below" icon={<PhoneOutlined />} disabled={!trunk.enabled || !trunk.probe_number} loading={begin.isPending || running} onClick={() => begin.mutate()}>
          {trunk.probe_number ? t('trunks.probeCall', { number: trunk.probe_number }) : t('trunks.probeNoNumber')}
        </Button>
      )}
      <Load query={probes} rows={4}>
        {(data) => (data.probes.length === 0 ? <Nothing text={t('trunks.probeNone')} /> : <ol className="probes">{data.probes.map((p) => <li key={p.id}><Shown probe={p} trunk={trunk} /></li>)}</ol>)}
      </Load>
    </Drawer>
  );
}

function Shown({ probe: p, trunk }: { probe: Probe; trunk: Trunk }) {
  const { t } = useTranslation();
  const word = useWord();
  const since = (at: string | null) => (at ? t('trunks.after', { seconds: ((Date.parse(at) - Date.parse(p.started_at)) / 1000).toFixed(1) }) : '—');
  const { quality: q, recording: r } = p;
  return (
    <article className="probe" data-outcome={p.outcome}>
      <header className="row">{p.ended_at ? <StateTag group="outcome" value={p.outcome} /> : <Tag tone="blue">{t('trunks.probeRunning')}</Tag>}<TimeText at={p.started_at} kind="full" /><span className="faint">{p.by.name}</span></header>
      {p.ended_at && (
        <Facts columns={2} rows={[
          [t('trunks.probeNumber'), <span className="num">{p.number}</span>],
          [t('trunks.code'), <><span className="num">{p.sip_code || '—'}</span>{p.reason && ` · ${word('ending', p.reason)}`}</>],
          [t('trunks.rang'), <span className="num">{since(p.ringing_at)}</span>],
          [t('trunks.taken'), <span className="num">{since(p.answered_at)}</span>],
          [t('trunks.heard'), p.answered_at && (r.heard_ms > 0 ? <span className="num">{t('trunks.seconds', { n: (r.heard_ms / 1000).toFixed(1) })}</span> : <Tag tone="red">{t('trunks.nothing')}</Tag>)],
          [t('trunks.quality'), q.received > 0 && <span className="num">{t('trunks.qualityText', { lost: q.lost, received: q.received, jitter: q.jitter_ms.toFixed(1), mos: q.mos.toFixed(1) })}</span>],
          [t('trunks.recording'), <StateTag group="recordingState" value={r.state} />],
        ]} />
      )}
      {p.ended_at && r.duration_ms > 0 && <audio controls preload="none" aria-label={t('trunks.play')} src={`/api/v1/trunks/${trunk.id}/probes/${p.id}/audio`} />}
    </article>
  );
}
