import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PlanCustomer } from '@/api/types';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';

/** Customers of a plan: why they were chosen, who calls them and until when, or why nobody does. Rules C-12, C-15. */
export function CustomerTable({ rows, preview = false }: { rows: PlanCustomer[]; preview?: boolean }) {
  const { t } = useTranslation();
  const word = useWord();
  const stands = (c: PlanCustomer) => {
    if (c.obstacle) return <Tag tone="amber">{word('planObstacle', c.obstacle)}</Tag>;
    return c.task_state ? <StateTag group="taskState" value={c.task_state} /> : '—';
  };
  const columns: TableColumnsType<PlanCustomer> = [
    { title: t('plans.ordinal'), key: 'n', width: 70, render: (_, c) => <span className="num">{c.ordinal}</span> },
    { title: t('plans.customer'), key: 'customer', render: (_, c) => <>{c.customer.name} <span className="faint num">{c.code}</span></> },
    { title: t('plans.ground'), key: 'ground', width: 170, render: (_, c) => <span className="num">{c.ground || '—'}</span> },
    { title: t('plans.agent'), key: 'agent', width: 110, render: (_, c) => c.assignee?.name ?? '—' },
    ...(preview ? [] : [{ title: t('plans.due'), key: 'due', width: 130, render: (_: unknown, c: PlanCustomer) => <TimeText at={c.due_at} /> }]),
    { title: t('plans.stands'), key: 'stands', width: 170, render: (_, c) => stands(c) },
  ];
  return <Table<PlanCustomer> size="small" rowKey="ordinal" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content', ...(preview ? { y: 320 } : {}) }} />;
}
