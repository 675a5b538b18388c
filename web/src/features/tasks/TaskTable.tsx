import { StopOutlined } from '@ant-design/icons';
import { Button, Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { TaskRow } from '@/api/types';
import { useNow } from '@/app/clock';
import { hasRole, useMe } from '@/app/session';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { isOpen } from './assignAll';
import { NextSlot } from './NextSlot';

interface Props { rows: TaskRow[]; loading: boolean; selected: string[]; onSelect: (ids: string[]) => void; onAssign: (row: TaskRow) => void; onClose: (row: TaskRow) => void; onWhy: (row: TaskRow) => void }

/** All tasks in rows. Those that somebody calls or that are over can be neither selected nor changed. */
export function TaskTable({ rows, loading, selected, onSelect, onAssign, onClose, onWhy }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const columns = useMemo<TableColumnsType<TaskRow>>(
    () => [
      { key: 'customer', title: t('tasks.col.customer'), width: 158, render: (_, row) => <Customer row={row} /> },
      {
        key: 'program', title: t('tasks.col.program'), render: (_, row) => (
          <>
            <div>{language === 'en' ? row.program.name_en : row.program.name_zh}</div>
            {row.purpose && <div className="faint tasks-purpose" title={row.purpose}>{row.purpose}</div>}
          </>
        ),
      },
      {
        key: 'due', title: t('tasks.col.due'), width: 132, render: (_, row) => (
          <>
            <TimeText at={row.due_at} kind="short" />
            {row.hard_due_at && <HardDue row={row} at={row.hard_due_at} />}
          </>
        ),
      },
      { key: 'state', title: t('tasks.col.state'), width: 150, render: (_, row) => <State row={row} /> },
      { key: 'attempts', title: t('tasks.col.attempts'), width: 76, render: (_, row) => <span className="num" title={t('tasks.attemptsTitle', { n: row.counted, of: row.min_attempts, all: row.attempts })}>{t('tasks.counted', { n: row.counted, of: row.min_attempts })}</span> },
      { key: 'next', title: t('tasks.col.next'), width: 164, render: (_, row) => <><NextSlot row={row} />{isOpen(row) && <div><Button type="link" size="small" className="tasks-why" aria-label={`${t('why.ask')} ${row.customer.name}`} onClick={() => onWhy(row)}>{t('why.ask')}</Button></div>}</> },
      { key: 'assignee', title: t('tasks.col.assignee'), width: 104, render: (_, row) => row.assignee_name || <span className="tone-amber">{t('tasks.unassigned')}</span> },
      {
        key: 'actions', title: t('tasks.col.actions'), width: 122, render: (_, row) => isOpen(row) && (
          <span className="tasks-actions">
            <Button type="link" size="small" aria-label={t('tasks.assignOf', { name: row.customer.name })} onClick={() => onAssign(row)}>{t('tasks.assign')}</Button>
            <Button type="link" size="small" danger aria-label={t('tasks.closeOf', { name: row.customer.name })} onClick={() => onClose(row)}>{t('tasks.close')}</Button>
          </span>
        ),
      },
    ],
    [t, language, onAssign, onClose, onWhy],
  );
  return (
    <Table<TaskRow>
      size="middle" rowKey="id" tableLayout="fixed" pagination={false} className="tasks-table" loading={loading} columns={columns} dataSource={rows}
      onRow={(row) => ({ 'data-task-id': row.id, 'data-state': row.state }) as object}
      rowSelection={{
        columnWidth: 40, selectedRowKeys: selected, onChange: (ids) => onSelect(ids.map(String)),
        getCheckboxProps: (row) => ({ disabled: !isOpen(row), 'aria-label': t('tasks.chooseRow', { name: row.customer.name }) }) as object,
      }}
    />
  );
}

function Customer({ row }: { row: TaskRow }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const { customer } = row;
  return (
    <>
      <div className="tasks-customer">
        {hasRole(me, 'supervisor') || row.assignee_id === me.user.id ? <Link to={`/desk/${row.id}`} aria-label={t('tasks.openDesk', { name: customer.name })}>{customer.name}</Link> : <strong>{customer.name}</strong>}
        {customer.do_not_call && <Tag tone="red" icon={<StopOutlined />}>{t('desk.doNotCall')}</Tag>}
        {customer.language !== 'zh-CN' && <Tag tone="blue">{word('language', customer.language)}</Tag>}
      </div>
      <div className="num faint">{customer.masked_number}</div>
    </>
  );
}

/** The limit by law or promise; red and said so once it is over. */
function HardDue({ row, at }: { row: TaskRow; at: string }) {
  const { t } = useTranslation();
  const over = useNow(60_000) > Date.parse(at) && isOpen(row);
  return <div className={over ? 'tasks-hard tone-red' : 'tasks-hard faint'} data-over={over}>{t(over ? 'tasks.hardOver' : 'tasks.hardDue')} <TimeText at={at} kind="short" /></div>;
}

/** The state, and the kind where it says more. */
function State({ row }: { row: TaskRow }) {
  const word = useWord();
  return (
    <span className="tasks-states">
      <StateTag group="taskState" value={row.state} />
      {(row.kind === 'complaint' || row.kind === 'overdue') && <StateTag group="taskKind" value={row.kind} />}
      {row.kind === 'due' && <span className="faint">{word('taskKind', row.kind)}</span>}
    </span>
  );
}
