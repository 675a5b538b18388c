import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Drawer, Select, Table, type TableColumnsType } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useCoverage, useDuties } from '@/api/queries';
import type { CoverageRow, Duty, DutyFigures, DutyTally } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { DayRange } from '@/components/DayRange';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import type { Tone } from '@/components/tones';
import { results, useDutyText, type Result } from './text';
import './duties.css';

const names = ['from', 'to', 'as_of', 'rule_id', 'branch_id', 'list', 'list_rule', 'list_branch'] as const;
const tones: Record<Result, Tone> = { in_time: 'green', late: 'amber', open: 'blue', missed: 'red' };

/** Coverage of obligatory call-backs by rule and branch, with the list behind each number. Rule R-03. */
export default function CoveragePage() {
  const { t } = useTranslation();
  const text = useDutyText();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const mayEvaluate = hasRole(useMe(), 'supervisor', 'administrator');
  const [filter, change] = useFilter(names);
  const days = { from: filter.from || dayjs().startOf('year').format('YYYY-MM-DD'), to: filter.to || dayjs().endOf('month').format('YYYY-MM-DD') };
  const query = { from: days.from, until: days.to, as_of: filter.as_of };
  const coverage = useCoverage(query);
  const evaluate = useMutation({
    mutationFn: () => api.post<DutyTally>('/duties/evaluate'),
    onSuccess: (n) => { void message.success(t('coverage.evaluated', { ...n })); void queries.invalidateQueries({ queryKey: keys.duties }); },
    onError: (e) => void message.error(fault(e)),
  });
  const all = coverage.data?.rows ?? [];
  const rules = [...new Map(all.map((r) => [r.rule.id, { value: r.rule.id, label: text.name(r.rule) }])).values()];
  const branches = [...new Map(all.flatMap((r) => (r.branch ? [[r.branch.id, { value: r.branch.id, label: r.branch.name }] as const] : []))).values()];
  return (
    <Page title={t('coverage.title')} note={t('coverage.note')} actions={mayEvaluate && <Button loading={evaluate.isPending} onClick={() => evaluate.mutate()}>{t('coverage.evaluate')}</Button>}>
      <search className="filters" aria-label={t('common.search')}>
        <DayRange value={days} onChange={change} />
        <DatePicker aria-label={t('coverage.asOf')} placeholder={t('coverage.asOf')} value={filter.as_of ? dayjs(filter.as_of) : null} onChange={(d) => change({ as_of: d?.format('YYYY-MM-DD') ?? '' })} />
        <Select allowClear className="duty-select" popupMatchSelectWidth={false} placeholder={t('coverage.allRules')} aria-label={t('duties.rule')} value={filter.rule_id || undefined} options={rules} onChange={(v?: string) => change({ rule_id: v ?? '' })} />
        <Select allowClear className="duty-select" popupMatchSelectWidth={false} placeholder={t('coverage.allBranches')} aria-label={t('coverage.branch')} value={filter.branch_id || undefined} options={branches} onChange={(v?: string) => change({ branch_id: v ?? '' })} />
      </search>
      <Load query={coverage} rows={8}>
        {(data) => {
          const rows = data.rows.filter((r) => (!filter.rule_id || r.rule.id === filter.rule_id) && (!filter.branch_id || r.branch?.id === filter.branch_id));
          if (rows.length === 0) return <Nothing text={t('coverage.empty')} />;
          return <Rows rows={rows} onList={(r, result) => change({ list: result, list_rule: r.rule.id, list_branch: r.branch?.id ?? '' })} />;
        }}
      </Load>
      {filter.list && <DutyList query={{ ...query, rule_id: filter.list_rule, branch_id: filter.list_branch, result: filter.list === 'due' ? '' : filter.list }} title={listTitle()} onClose={() => change({ list: '', list_rule: '', list_branch: '' })} />}
    </Page>
  );

  function listTitle(): string {
    const row = all.find((r) => r.rule.id === filter.list_rule && (r.branch?.id ?? '') === filter.list_branch);
    return t('coverage.list', { rule: row ? text.name(row.rule) : '', branch: row?.branch?.name ?? t('coverage.noBranch'), result: filter.list === 'due' ? t('coverage.due') : text.one('resultOf', filter.list) });
  }
}

const percent = (f: DutyFigures) => `${f.percent.toFixed(1)}%`;

function Rows({ rows, onList }: { rows: CoverageRow[]; onList: (r: CoverageRow, result: Result | 'due') => void }) {
  const { t } = useTranslation();
  const text = useDutyText();
  const number = (r: CoverageRow, result: Result | 'due', label: string) => {
    const n = r[result];
    const alarm = n > 0 && result === 'missed';
    return n === 0 ? <span className="faint num">0</span> : <Button type="link" danger={alarm} className="duty-link num" aria-label={t('coverage.open', { n, text: `${text.name(r.rule)} ${r.branch?.name ?? ''} ${label}` })} onClick={() => onList(r, result)}>{n}</Button>;
  };
  const columns: TableColumnsType<CoverageRow> = [
    { title: t('duties.rule'), key: 'rule', render: (_, r) => <strong>{text.name(r.rule)}</strong> },
    { title: t('coverage.branch'), key: 'branch', width: 160, render: (_, r) => r.branch?.name ?? <span className="faint">{t('coverage.noBranch')}</span> },
    { title: t('coverage.due'), key: 'due', width: 90, align: 'right', render: (_, r) => number(r, 'due', t('coverage.due')) },
    ...results.map((x) => ({ title: text.one('resultOf', x), key: x, width: 110, align: 'right' as const, render: (_: unknown, r: CoverageRow) => number(r, x, text.one('resultOf', x)) })),
    { title: t('coverage.percent'), key: 'percent', width: 210, align: 'right', render: (_, r) => <span className="row duty-end">{r.percent < r.target_percent && <Tag tone="red">{t('coverage.below', { n: r.target_percent })}</Tag>}<strong className="num">{percent(r)}</strong></span> },
  ];
  const sum = rows.reduce((a, r) => ({ due: a.due + r.due, in_time: a.in_time + r.in_time, late: a.late + r.late, open: a.open + r.open, missed: a.missed + r.missed }), { due: 0, in_time: 0, late: 0, open: 0, missed: 0 });
  const over = sum.due - sum.open;
  return (
    <Table<CoverageRow> size="middle" className="panel" rowKey={(r) => r.rule.id + (r.branch?.id ?? '')} columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0} colSpan={2}><strong>{t('coverage.sum')}</strong></Table.Summary.Cell>
          {(['due', ...results] as const).map((x, i) => <Table.Summary.Cell key={x} index={i + 2} align="right"><strong className="num">{sum[x]}</strong></Table.Summary.Cell>)}
          <Table.Summary.Cell index={7} align="right"><strong className="num">{percent({ ...sum, percent: over === 0 ? 100 : (100 * (sum.in_time + sum.late)) / over })}</strong></Table.Summary.Cell>
        </Table.Summary.Row>
      )} />
  );
}

function DutyList({ query, title, onClose }: { query: Record<string, string>; title: string; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useDutyText();
  const list = useDuties(query);
  const columns: TableColumnsType<Duty> = [
    { title: t('duties.customer'), key: 'customer', render: (_, d) => <>{d.customer.name}<div className="faint num">{d.customer_code}</div></> },
    { title: t('duties.base'), key: 'base', width: 150, render: (_, d) => <><span className="num">{d.base_on}</span><div className="faint">{d.event_kind ? text.one('eventOf', d.event_kind) : ''}</div></> },
    { title: t('duties.due'), dataIndex: 'due_on', className: 'num', width: 110 },
    { title: t('duties.soft'), dataIndex: 'soft_on', className: 'num', width: 110 },
    { title: t('duties.deadline'), dataIndex: 'deadline', className: 'num', width: 110 },
    { title: t('duties.channel'), key: 'channel', width: 80, render: (_, d) => text.one('channelOf', d.channel) },
    { title: t('coverage.state'), key: 'state', width: 180, render: (_, d) => <span className="row">{d.result && <Tag tone={tones[d.result]}>{text.one('resultOf', d.result)}</Tag>}<span className="faint">{text.one('stateOf', d.state)}</span></span> },
    { title: t('coverage.closedOn'), dataIndex: 'closed_on', className: 'num', width: 110 },
  ];
  return (
    <Drawer open size={980} title={title} onClose={onClose} destroyOnHidden>
      <Load query={list} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.duties).filter((d) => query.branch_id || !d.branch);
          return rows.length === 0 ? <Nothing text={t('coverage.listEmpty')} /> : <><Table<Duty> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} /><More query={list} shown={rows.length} /></>;
        }}
      </Load>
    </Drawer>
  );
}
