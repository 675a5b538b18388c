import { ImportOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTaskList } from '@/api/queries';
import type { TaskRow } from '@/api/types';
import { useFilter } from '@/app/filter';
import { Fault } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page, Panel } from '@/components/Page';
import { WhyDrawer } from '@/features/why/WhyDrawer';
import { isOpen } from './assignAll';
import { AssignDialog } from './AssignDialog';
import { CloseTask } from './CloseTask';
import { ImportDrawer } from './ImportDrawer';
import { NewTaskDrawer } from './NewTaskDrawer';
import { TaskCounts } from './TaskCounts';
import { TaskFilters } from './TaskFilters';
import { TaskTable } from './TaskTable';
import './tasks.css';

type Open = { what: 'new' | 'import' } | { what: 'assign'; rows: TaskRow[] } | { what: 'close'; id: string } | { what: 'why'; id: string } | null;

const filterNames = ['state', 'q', 'assignee'] as const;

/** All tasks of the house, for supervisors: see, assign (Rule C-15), make, import, close. */
export default function TasksPage() {
  const { t } = useTranslation();
  const [filter, change, clear] = useFilter(filterNames);
  const any = Object.values(filter).some(Boolean);
  const list = useTaskList(filter);
  const [open, setOpen] = useState<Open>(null);
  const [selected, setSelected] = useState<string[]>([]);
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.tasks) ?? [], [list.data]);
  const chosen = rows.filter((r) => selected.includes(r.id) && isOpen(r));
  const onAssign = useMemo(() => (row: TaskRow) => setOpen({ what: 'assign', rows: [row] }), []);
  const onClose = useMemo(() => (row: TaskRow) => setOpen({ what: 'close', id: row.id }), []);
  const onWhy = useMemo(() => (row: TaskRow) => setOpen({ what: 'why', id: row.id }), []);
  const shut = () => setOpen(null);
  const refilter = (patch: Parameters<typeof change>[0]) => {
    setSelected([]);
    change(patch);
  };
  return (
    <Page title={t('tasks.title')} note={t('tasks.note')}
      actions={
        <>
          <Button icon={<ImportOutlined />} onClick={() => setOpen({ what: 'import' })}>{t('tasks.importCsv')}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen({ what: 'new' })}>{t('tasks.newTask')}</Button>
        </>
      }>
      <TaskFilters filter={filter} onChange={refilter} onClear={clear} any={any} />
      <Load query={list} rows={10}>
        {(data) => (
          <Panel label={t('tasks.title')}>
            {data.pages[0] && <TaskCounts counts={data.pages[0].counts} />}
            {list.error && <Fault compact error={list.error} again={() => void list.refetch()} />}
            {chosen.length > 0 && (
              <div className="strip strip-blue" role="status">
                <span>{t('tasks.selected', { n: chosen.length })}</span>
                <Button size="small" type="primary" onClick={() => setOpen({ what: 'assign', rows: chosen })}>{t('tasks.assignSelected')}</Button>
                <Button size="small" onClick={() => setSelected([])}>{t('tasks.clearSelection')}</Button>
              </div>
            )}
            {rows.length === 0
              ? <Nothing text={t(any ? 'tasks.noMatch' : 'tasks.empty')}>{any && <Button onClick={clear}>{t('common.reset')}</Button>}</Nothing>
              : <TaskTable rows={rows} loading={list.isPlaceholderData} selected={selected} onSelect={setSelected} onAssign={onAssign} onClose={onClose} onWhy={onWhy} />}
            {rows.length > 0 && <More query={list} shown={rows.length} />}
          </Panel>
        )}
      </Load>
      {open?.what === 'new' && <NewTaskDrawer onClose={shut} />}
      {open?.what === 'import' && <ImportDrawer onClose={shut} />}
      {open?.what === 'assign' && <AssignDialog rows={open.rows} onClose={shut} onDone={() => { setSelected([]); shut(); }} />}
      {open?.what === 'why' && <WhyDrawer taskId={open.id} onClose={shut} />}
      {open?.what === 'close' && <CloseTask taskId={open.id} onClose={shut} />}
    </Page>
  );
}
