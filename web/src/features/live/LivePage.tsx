import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveCalls } from '@/api/queries';
import type { LiveCall } from '@/api/types';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { LiveTable } from './LiveTable';
import { ReasonDialog } from './ReasonDialog';
import { useMonitor, type Wish } from './useMonitor';
import './live.css';

/** The calls of the moment, for supervisors: listen, whisper to the agent, barge in, take over. Each is logged with its reason. */
export default function LivePage() {
  const { t } = useTranslation();
  const calls = useLiveCalls();
  const [wish, setWish] = useState<{ call: LiveCall; wish: Wish } | null>(null);
  const monitor = useMonitor(() => void calls.refetch());
  return (
    <Page title={t('live.title')} note={t('live.note')}>
      <Load query={calls} rows={6}>
        {(data) => (data.calls.length === 0 ? <Nothing text={t('live.empty')} /> : <LiveTable calls={data.calls} monitor={monitor} onWish={(call, next) => setWish({ call, wish: next })} />)}
      </Load>
      {wish && <ReasonDialog wish={wish.wish} call={wish.call} busy={monitor.busy} onClose={() => setWish(null)} onGo={(reason) => void monitor.begin(wish.call, wish.wish, reason).then((ok) => ok && setWish(null))} />}
    </Page>
  );
}
