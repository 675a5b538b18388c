import { Tabs } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useDesk, useMyCall, useTask } from '@/api/queries';
import type { MyCall, TaskPage } from '@/api/types';
import { syncClock } from '@/app/clock';
import { useShortcut } from '@/app/shortcuts';
import { Load, Nothing } from '@/components/Load';
import { usePhone, usePhoneState } from '@/features/softphone/context';
import { useLanguage } from '@/i18n';
import { isLive } from '@/signaling/reducer';
import { QueueBar } from '@/features/queue/QueueBar';
import { useNext, useQueue } from '@/features/queue/useNext';
import { ShiftBar } from '@/features/shift/ShiftBar';
import { HistoryPanel } from './HistoryPanel';
import { RecordPanel } from './RecordPanel';
import { TaskList } from './TaskList';
import { TaskPanel } from './TaskPanel';
import { useRecordDraft } from './useRecordDraft';
import './desk.css';

/** The desk: today's tasks, the customer, and the record of the call. */
export default function DeskPage() {
  const { t } = useTranslation();
  const desk = useDesk();
  const mine = useMyCall();
  useEffect(() => {
    if (desk.data) syncClock(desk.data.now);
  }, [desk.data]);
  return (
    <div className="desk">
      <h1 className="unseen">{t('nav.desk')}</h1>
      <Load query={desk} rows={10}>{(page) => <Desk page={page} mine={mine.data} />}</Load>
    </div>
  );
}

function Desk({ page, mine }: { page: TaskPage; mine: MyCall | undefined }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const language = useLanguage();
  const { taskId = '' } = useParams();
  const { call, agent } = usePhoneState();
  const navigate = useNavigate();
  const choose = (id: string) => void navigate(`/desk/${id}`);
  const next = useNext(choose);
  const queue = useQueue();
  const wrapups = useMemo(() => (mine?.wrapups ?? []).filter((w) => w.call_id !== call?.id), [mine, call?.id]);
  const selected = taskId || call?.task_id || wrapups[0]?.task_id || page.tasks.find((r) => r.kind !== 'done')?.id || '';

  // A call that begins brings its task to the front.
  const liveTask = isLive(call) ? call.task_id : '';
  useEffect(() => {
    if (liveTask) void navigate(`/desk/${liveTask}`, { replace: true });
  }, [liveTask, navigate]);
  // One that goes on without this softphone takes its task along.
  const had = useRef('');
  const callId = call?.id ?? '';
  useEffect(() => {
    if (had.current && !callId) void navigate('/desk', { replace: true });
    had.current = liveTask;
  }, [callId, liveTask, navigate]);
  useEffect(() => () => phone.target.aim(null), [phone]);
  useShortcut('Alt+N', () => {
    const open = page.tasks.filter((r) => r.kind !== 'done');
    const at = open.findIndex((r) => r.id === selected);
    const next = open[(at + 1) % Math.max(1, open.length)];
    if (next) choose(next.id);
  });

  const ofTask = call?.task_id === selected ? call.id : wrapups.find((w) => w.task_id === selected)?.call_id;
  const record = useRecordDraft(ofTask ?? '', selected);
  const outcome = call?.id === ofTask ? call?.outcome ?? '' : wrapups.find((w) => w.call_id === ofTask)?.outcome ?? '';
  const over = !!ofTask && !(call?.id === ofTask && isLive(call));
  const [side, setSide] = useState('record');
  useEffect(() => setSide(ofTask ? 'record' : 'history'), [ofTask]);

  // The next customer's card opens by itself, unless the agent leaves. It never dials.
  const task = useTask(selected || undefined, language);
  const progressive = task.data?.settings.progressive ?? false;
  const finished = () => {
    if ((queue.data?.progressive || progressive) && agent.state !== 'break' && agent.state !== 'offline') next.mutate();
  };
  return (
    <>
      <TaskList page={page} wrapups={wrapups} selected={selected} onChoose={choose} queue={<QueueBar next={next} onOpen={choose} />} shift={<ShiftBar onOpen={choose} />} />
      {selected ? <TaskPanel key={selected} taskId={selected} record={ofTask ? record : null} onBackToCall={call && call.task_id !== selected ? () => choose(call.task_id) : undefined} /> : <div className="panel"><Nothing text={t('desk.chooseTask')} /></div>}
      <aside className="panel desk-side" aria-label={t('desk.side')}>
        <Tabs
          activeKey={ofTask ? side : 'history'}
          onChange={setSide}
          items={[
            ...(ofTask ? [{ key: 'record', label: t('record.title'), children: <RecordPanel key={ofTask} record={record} outcome={outcome} over={over} onFinished={finished} /> }] : []),
            { key: 'history', label: t('history.title'), children: <HistoryPanel taskId={selected} /> },
          ]}
        />
      </aside>
    </>
  );
}
