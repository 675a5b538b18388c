import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Select, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { taskStates } from '@/api/types';
import { useShortcut } from '@/app/shortcuts';
import { useWord } from '@/i18n';
import { AgentSelect } from './AgentSelect';

export interface TaskListFilter { state: string; q: string; assignee: string }

const typing = 350; // ms after the last key

/** Filter of the task list; what is typed counts after a moment. */
export function TaskFilters({ filter, onChange, onClear, any }: { filter: TaskListFilter; onChange: (patch: Partial<TaskListFilter>) => void; onClear: () => void; any: boolean }) {
  const { t } = useTranslation();
  const word = useWord();
  const [text, setText] = useState(filter.q);
  const search = useRef<InputRef>(null);
  useShortcut('/', () => search.current?.focus());
  useEffect(() => setText(filter.q), [filter.q]);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    if (text.trim() === filter.q) return;
    const timer = setTimeout(() => latest.current({ q: text.trim() }), typing);
    return () => clearTimeout(timer);
  }, [text, filter.q]);
  return (
    <div className="filters" role="search">
      <Input ref={search} className="tasks-search" allowClear maxLength={200} prefix={<SearchOutlined aria-hidden="true" />} placeholder={t('tasks.search')} aria-label={t('tasks.search')} aria-keyshortcuts="/"
        value={text} onChange={(e) => setText(e.target.value)} onPressEnter={() => onChange({ q: text.trim() })} />
      <Select className="tasks-state" aria-label={t('tasks.state')} value={filter.state} onChange={(state: string) => onChange({ state })}
        options={[{ value: '', label: t('tasks.allStates') }, ...taskStates.map((s) => ({ value: s, label: word('taskState', s) }))]} />
      <AgentSelect className="tasks-agent" label={t('tasks.assignee')} placeholder={t('tasks.allAssignees')} value={filter.assignee || undefined} onChange={(assignee) => onChange({ assignee: assignee ?? '' })} />
      {any && <Button type="link" onClick={onClear}>{t('common.reset')}</Button>}
    </div>
  );
}
