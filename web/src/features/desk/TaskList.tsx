import { SearchOutlined } from '@ant-design/icons';
import { Input, Progress, Select, type InputRef } from 'antd';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { taskKinds, type TaskKind, type TaskPage, type TaskRow, type Wrapup } from '@/api/types';
import { useShortcut } from '@/app/shortcuts';
import { Nothing } from '@/components/Load';
import { toneOf } from '@/components/tones';
import { useWord } from '@/i18n';
import { TaskItem } from './TaskItem';
import { WindowBar } from './WindowBar';
import { WrapupList } from './WrapupList';

/** Today's tasks by kind, in the order in which the server puts them. */
export function TaskList({ page, wrapups, selected, onChoose, queue, shift }: { page: TaskPage; wrapups: Wrapup[]; selected: string; onChoose: (id: string) => void; queue: ReactNode; shift: ReactNode }) {
  const { t } = useTranslation();
  const word = useWord();
  const [kind, setKind] = useState<TaskKind | ''>('');
  const [text, setText] = useState('');
  const search = useRef<InputRef>(null);
  useShortcut('/', () => search.current?.focus());
  const groups = useMemo(() => groupsOf(page.tasks, kind, text), [page.tasks, kind, text]);
  const { due, appointment, retry, overdue, done_today: done } = page.counts;
  const all = due + appointment + retry + overdue + done;
  return (
    <section className="panel desk-list" aria-label={t('desk.tasks')}>
      <div className="desk-list-head">
        <div className="desk-list-title">
          <h2>{t('desk.tasks')}</h2>
          <span className="num faint">{t('desk.done', { done, total: all })}</span>
        </div>
        <Progress percent={all ? Math.round((100 * done) / all) : 0} showInfo={false} size="small" aria-label={t('desk.done', { done, total: all })} />
        {queue}
        <WindowBar tasks={page.tasks} />
        <div className="desk-filter">
          <Input ref={search} size="small" allowClear prefix={<SearchOutlined aria-hidden="true" />} placeholder={t('desk.search')} aria-label={t('desk.search')} aria-keyshortcuts="/" value={text} onChange={(e) => setText(e.target.value)} />
          <Select<TaskKind | ''> size="small" aria-label={t('desk.filter')} value={kind} onChange={setKind} popupMatchSelectWidth={false}
            options={[{ value: '', label: t('desk.allKinds') }, ...taskKinds.map((k) => ({ value: k, label: word('taskKind', k) }))]} />
        </div>
      </div>
      <div className="desk-list-body">
        <WrapupList wrapups={wrapups} onChoose={onChoose} />
        {groups.length === 0 && <Nothing text={t(page.tasks.length === 0 || (!text && !kind) ? 'desk.empty' : 'desk.noMatch')} />}
        {groups.map(([name, rows]) => (
          <section key={name} aria-label={word('taskKind', name)}>
            <h3 className="group-head"><span className={`dot dot-${toneOf('taskKind', name)}`} aria-hidden="true" />{word('taskKind', name)}<span className="num faint">{rows.length}</span></h3>
            <ul className="tasks">{rows.map((row) => <TaskItem key={row.id} row={row} current={row.id === selected} onChoose={onChoose} />)}</ul>
          </section>
        ))}
      </div>
      {shift}
    </section>
  );
}

/** Groups in order of their first task; the server has put the most urgent first. */
export function groupsOf(tasks: TaskRow[], kind: TaskKind | '', text: string): Array<[TaskKind, TaskRow[]]> {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<TaskKind, TaskRow[]>();
  for (const row of tasks) {
    if (kind && row.kind !== kind) continue;
    const hay = `${row.customer.name} ${row.customer.masked_number} ${row.program.name_zh} ${row.program.name_en} ${row.purpose}`.toLowerCase();
    if (wanted && !hay.includes(wanted)) continue;
    groups.set(row.kind, [...(groups.get(row.kind) ?? []), row]);
  }
  return [...groups];
}
