import { FastForwardOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { QueueState } from '@/api/types';
import { useShortcut } from '@/app/shortcuts';
import { Fault } from '@/components/Fault';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { SkipDialog } from './SkipDialog';
import { useQueue, type Next } from './useNext';
import './queue.css';

/** The queue: the next task with a key, whether it opens by itself, and what is in hand. */
export function QueueBar({ next, onOpen }: { next: Next; onOpen: (taskId: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const queries = useQueryClient();
  const queue = useQueue();
  const [skipping, setSkipping] = useState(false);
  const wish = useMutation({
    mutationFn: (progressive: boolean) => api.put<QueueState>('/queue/settings', { progressive }),
    onSuccess: (state) => queries.setQueryData(keys.queue, state),
  });
  const take = () => !next.isPending && next.mutate();
  useShortcut('Alt+Q', take);
  const held = queue.data?.task;
  const nothing = next.isSuccess && !next.data.task && !held;
  return (
    <section className="queue" aria-label={t('queue.label')}>
      <div className="queue-line">
        <Button type="primary" icon={<FastForwardOutlined />} loading={next.isPending} onClick={take} aria-keyshortcuts="Alt+Q" title="Alt+Q">{t('queue.next')}</Button>
        <label className="queue-auto" title={t('queue.autoMeans')}>
          <Switch size="small" checked={queue.data?.progressive ?? false} loading={wish.isPending} onChange={(on) => wish.mutate(on)} aria-label={t('queue.auto')} />
          <span aria-hidden="true">{t('queue.auto')}</span>
        </label>
      </div>
      {next.error && <Fault compact error={next.error} />}
      {wish.error && <Fault compact error={wish.error} />}
      {held && (
        <p className="queue-held" role="status" data-task-id={held.id} data-class={queue.data?.class}>
          <button type="button" className="queue-name" onClick={() => onOpen(held.id)}>{held.customer.name}</button>
          <span className="faint">{word('queueClass', queue.data?.class)}</span>
          {['open', 'waiting', 'appointment'].includes(held.state) && <Button size="small" type="link" onClick={() => setSkipping(true)}>{t('queue.skip')}</Button>}
        </p>
      )}
      {nothing && <p className="queue-held faint" role="status">{t('queue.nothing')}{next.data.next_at && <> {t('queue.again')} <TimeText at={next.data.next_at} kind="short" /></>}</p>}
      {skipping && held && <SkipDialog task={held} onClose={() => setSkipping(false)} />}
    </section>
  );
}
