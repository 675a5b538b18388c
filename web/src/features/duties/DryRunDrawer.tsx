import { useMutation } from '@tanstack/react-query';
import { Button, DatePicker, Drawer, Table, type TableColumnsType } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { DryDuty, DutyDryResult, DutySettings } from '@/api/types';
import { DayRange } from '@/components/DayRange';
import { Fault } from '@/components/Fault';
import { Nothing } from '@/components/Load';
import { Tag } from '@/components/StateTag';
import { useDutyText } from './text';

/** What is tried: a rule as it is, or a draft. */
export interface Dry { name: string; rule_id?: string; settings?: DutySettings; applies_from?: string }

/** Shows what a rule would make over a period. Nothing is written. */
export function DryRunDrawer({ dry, onClose }: { dry: Dry; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useDutyText();
  const [days, setDays] = useState({ from: dayjs().format('YYYY-MM-DD'), to: dayjs().add(3, 'month').format('YYYY-MM-DD') });
  const [asOf, setAsOf] = useState(dayjs());
  const run = useMutation({
    mutationFn: () => api.post<DutyDryResult>('/duty-rules/dry-run', { rule_id: dry.rule_id, settings: dry.settings, applies_from: dry.applies_from, from: days.from, until: days.to, as_of: asOf.format('YYYY-MM-DD') }),
  });
  const r = run.data;
  const columns: TableColumnsType<DryDuty> = [
    { title: t('duties.customer'), key: 'customer', render: (_, d) => d.customer.name },
    { title: t('duties.base'), dataIndex: 'base_on', className: 'num', width: 110 },
    { title: t('duties.due'), dataIndex: 'due_on', className: 'num', width: 110 },
    { title: t('duties.soft'), dataIndex: 'soft_on', className: 'num', width: 110 },
    { title: t('duties.deadline'), dataIndex: 'deadline', className: 'num', width: 110 },
    { title: t('duties.channel'), key: 'channel', width: 80, render: (_, d) => text.one('channelOf', d.channel) },
    { title: t('duties.state'), key: 'result', width: 130, render: (_, d) => <span className="row"><Tag tone={d.result === 'missed' ? 'red' : 'blue'}>{t(d.result === 'missed' ? 'duties.wouldMiss' : 'duties.wouldOpen')}</Tag>{d.exists && <span className="faint">{t('duties.already')}</span>}</span> },
  ];
  const figures: Array<[string, number | undefined]> = [[t('duties.looked'), r?.customers], [t('duties.concerned'), r?.concerned], [t('duties.total'), r?.due], [t('duties.wouldOpen'), r?.open], [t('duties.wouldMiss'), r?.missed], [t('duties.exists'), r?.exists]];
  return (
    <Drawer open size={820} title={t('duties.dryRunOf', { name: dry.name })} onClose={onClose} destroyOnHidden>
      <p className="faint">{t('duties.dryRunNote')}</p>
      <search className="filters" aria-label={t('duties.dryRun')}>
        <DayRange value={days} onChange={(d) => setDays({ from: d.from, to: d.to })} />
        <DatePicker aria-label={t('duties.asOf')} allowClear={false} value={asOf} onChange={(d) => d && setAsOf(d)} />
        <Button type="primary" loading={run.isPending} onClick={() => run.mutate()}>{t('duties.run')}</Button>
      </search>
      {run.error && <Fault error={run.error} />}
      {r && (
        <>
          <dl className="duty-figures">{figures.map(([label, n]) => <div key={label}><dt>{label}</dt><dd className="num">{n}</dd></div>)}</dl>
          {r.duties.length === 0 ? <Nothing text={t('duties.none2')} /> : (
            <>
              {r.due > r.duties.length && <p className="faint">{t('duties.firstOf', { n: r.duties.length })}</p>}
              <Table<DryDuty> size="small" rowKey={(d) => `${d.customer.id} ${d.event_id ?? ''} ${d.due_on} ${d.base_on} ${d.deadline}`} columns={columns} dataSource={r.duties} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} />
            </>
          )}
        </>
      )}
    </Drawer>
  );
}
