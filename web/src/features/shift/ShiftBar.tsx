import { LogoutOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { ShiftState } from '@/api/types';
import { TimeText } from '@/components/TimeText';
import { useFaultText } from '@/components/Fault';
import './shift.css';

/** What was called today is written up today: a warning before the end, and the end is refused while records are open. Rule C-23. */
export function ShiftBar({ onOpen }: { onOpen: (taskId: string) => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const shift = useQuery({ queryKey: keys.shift, refetchInterval: 60_000, queryFn: ({ signal }) => api.get<ShiftState>('/shift', undefined, signal) });
  const [refused, setRefused] = useState(false);
  const end = useMutation({
    mutationFn: () => api.post<ShiftState>('/shift/end', {}),
    onSuccess: (state) => {
      queries.setQueryData(keys.shift, state);
      void queries.invalidateQueries({ queryKey: keys.tasks });
      void message.success(t('shift.ended'));
    },
    onError: (err) => {
      void shift.refetch().then(({ data }) => (data && data.open.length > 0 ? setRefused(true) : void message.error(fault(err))));
    },
  });
  const state = shift.data;
  if (!state) return null;
  return (
    <section className="shift" aria-label={t('shift.label')}>
      {state.warning && <p className="shift-warning" role="alert">{t('shift.warning', { n: state.open.length })} <TimeText at={state.ends_at} kind="short" /></p>}
      <div className="shift-line">
        <span className="faint">{state.started_at ? <>{t('shift.since')} <TimeText at={state.started_at} kind="short" /></> : t('shift.none')}</span>
        {state.started_at && <Button size="small" icon={<LogoutOutlined />} loading={end.isPending} onClick={() => end.mutate()}>{t('shift.end')}</Button>}
      </div>
      <Modal open={refused} title={t('shift.refused')} onCancel={() => setRefused(false)} onOk={() => setRefused(false)} cancelButtonProps={{ style: { display: 'none' } }} okText={t('shift.goOn')}>
        <p>{t('shift.refusedMeans')} <code className="rule">C-23</code></p>
        <ul className="shift-open">
          {state.open.map((w) => (
            <li key={w.call_id}>
              <Button type="link" onClick={() => { setRefused(false); onOpen(w.task_id); }}>{w.customer_name}</Button>
              <span className="faint"><TimeText at={w.ended_at} kind="short" /></span>
            </li>
          ))}
        </ul>
      </Modal>
    </section>
  );
}
