import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { System } from '@/api/types';
import { useNow } from '@/app/clock';
import { useMe, useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { Facts } from '@/components/Facts';
import { Fault } from '@/components/Fault';
import { Load } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { formatBytes } from './troubles';

/** What the system consists of, and how each part stands. */
export function SystemFacts({ query }: { query: UseQueryResult<System> }) {
  const { t } = useTranslation();
  return (
    <section className="system-facts" aria-label={t('system.title')}>
      <h2>{t('system.title')}</h2>
      {query.data && query.error && <Fault compact error={query.error} again={() => void query.refetch()} />}
      <Load query={query} rows={4}>{(system) => <Parts system={system} asOf={query.dataUpdatedAt} />}</Load>
    </section>
  );
}

function Parts({ system, asOf }: { system: System; asOf: number }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const { zone } = useSite();
  const now = useNow();
  const { recorder, storage, trunks, calendar } = system;
  const announced = (ok: boolean) => <Tag tone={ok ? 'green' : 'amber'}>{t(ok ? 'system.announced' : 'system.notAnnounced')}</Tag>;
  return (
    <Facts
      rows={[
        [t('system.recorder'), <span className="row"><Tag tone={recorder.ok ? 'green' : 'red'}>{t(recorder.ok ? 'system.works' : 'system.fails')}</Tag>{!recorder.ok && word('recorderReason', recorder.reason)}</span>],
        [t('system.storage'), <Tag tone={storage.reachable ? 'green' : 'amber'}>{t(storage.reachable ? 'system.reachable' : 'system.away')}</Tag>],
        [t('system.worm'), <span className="system-pair"><StateTag group="worm" value={storage.worm} />{storage.probed_at && <span className="faint">{t('system.probedAt')} <TimeText at={storage.probed_at} kind="short" /></span>}</span>],
        [t('system.encryption'), <span className="row"><Tag tone={storage.missing_keys.length > 0 ? 'red' : storage.encrypted ? 'green' : 'amber'}>{t(storage.encrypted ? 'system.encrypted' : 'system.plain')}</Tag>{storage.missing_keys.length > 0 && t('system.noKeys', { names: storage.missing_keys.join(t('system.comma')) })}</span>],
        [t('system.backlog'), storage.backlog === 0 ? t('common.none') : <span className="num">{t('system.waiting', { n: storage.backlog, bytes: formatBytes(storage.backlog_bytes), oldest: formatTime(storage.oldest_at, zone, 'short') })}</span>],
        [t('system.trunks'), trunks.length === 0 ? t('common.none') : <span className="system-pair">{trunks.map((k) => <span key={k.name} className="row"><StateTag group="trunkState" value={k.state} />{k.name}</span>)}</span>],
        [t('system.thisYear'), announced(calendar.year_announced)],
        [t('system.nextYear'), announced(calendar.next_year_announced)],
        [t('system.time'), <span className="num">{formatTime(now, zone, 'full')} <span className="faint">{zone}</span></span>],
        [t('system.asOf'), <TimeText at={new Date(asOf).toISOString()} kind="clock" />],
        [t('system.version'), me.site.version],
      ]}
    />
  );
}
