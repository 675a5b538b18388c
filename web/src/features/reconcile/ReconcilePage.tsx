import { App, Button, Input, Modal, Segmented, Select, Table, type TableColumnsType } from 'antd';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useDifferences, useReconciliation } from '@/api/queries';
import { differenceKinds, type Difference, type ReconciliationRun, type ReconciliationState } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { DayRange, usePeriod } from '@/components/DayRange';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page, Panel } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import './reconcile.css';

const table = { size: 'small', scroll: { x: 'max-content' }, pagination: false } as const;
const names = ['kind', 'closed'] as const;

/** What of calls, rows, recordings and stored objects does not fit, and why it was closed. Rules T-01, T-02. */
export default function ReconcilePage() {
  const { t } = useTranslation();
  const word = useWord();
  const state = useReconciliation();
  const [{ kind, closed }, change] = useFilter(names);
  const list = useDifferences({ kind, closed: closed === '1' }, state.data?.runs.find((r) => r.ended_at)?.ended_at ?? null);
  const [closing, setClosing] = useState<Difference>();
  return (
    <Page title={t('reconcile.title')} note={t('reconcile.note')}>
      <Load query={state} rows={3}>{(data) => <Runs data={data} />}</Load>
      <search className="filters" aria-label={t('common.search')}>
        <Segmented aria-label={t('reconcile.state')} value={closed || '0'} onChange={(v) => change({ closed: v === '1' ? '1' : '' })}
          options={[{ value: '0', label: t('reconcile.open') }, { value: '1', label: t('reconcile.closed') }]} />
        <Select allowClear className="audit-select" placeholder={t('reconcile.kind')} aria-label={t('reconcile.kind')} value={kind || undefined}
          onChange={(k?: string) => change({ kind: k ?? '' })} options={differenceKinds.map((k) => ({ value: k, label: word('difference', k) }))} />
      </search>
      <Load query={list} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.items);
          if (rows.length === 0) return <Nothing text={t(closed ? 'reconcile.noneClosed' : 'reconcile.none')} />;
          return <><Differences rows={rows} close={setClosing} /><More query={list} shown={rows.length} /></>;
        }}
      </Load>
      {closing && <Closing of={closing} done={() => setClosing(undefined)} />}
    </Page>
  );
}

/** Begins a comparison, and shows the last ones. */
function Runs({ data }: { data: ReconciliationState }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problem = useFaultText();
  const client = useQueryClient();
  const [days, setDays] = useState({ from: '', to: '' });
  const period = usePeriod(days);
  const begin = useMutation({
    mutationFn: () => api.post<ReconciliationState>('/reconciliation/runs', { from: period.from, to: period.to }),
    onSuccess: (next) => client.setQueryData(keys.reconciliation, next),
    onError: (e) => void message.error(problem(e)),
  });
  const columns: TableColumnsType<ReconciliationRun> = [
    { title: t('reconcile.started'), key: 'at', render: (_, r) => <TimeText at={r.started_at} kind="full" /> },
    { title: t('reconcile.by'), key: 'by', render: (_, r) => r.by?.name ?? t('reconcile.daily') },
    { title: t('reconcile.period'), key: 'period', render: (_, r) => <span className="num"><TimeText at={r.from} kind="day" /> – <TimeText at={r.to} kind="day" /></span> },
    { title: t('reconcile.counted'), key: 'counted', render: (_, r) => <span className="num">{t('reconcile.counts', { calls: r.calls, recordings: r.recordings, objects: r.objects, read: r.read })}</span> },
    { title: t('reconcile.result'), key: 'result', render: (_, r) => <RunResult run={r} /> },
  ];
  return (
    <Panel title={t('reconcile.runs')} className="reconcile-runs">
      <div className="reconcile-begin">
        <DayRange value={days} onChange={setDays} />
        <Button type="primary" disabled={!period.from || !period.to || data.running} loading={begin.isPending} onClick={() => begin.mutate()}>{t('reconcile.begin')}</Button>
        {data.running && <span role="status">{t('reconcile.running')}</span>}
      </div>
      {data.runs.length === 0
        ? <p className="faint">{t('reconcile.never')}</p>
        : <Table<ReconciliationRun> {...table} rowKey="id" columns={columns} dataSource={data.runs.slice(0, 3)} />}
    </Panel>
  );
}

function RunResult({ run }: { run: ReconciliationRun }) {
  const { t } = useTranslation();
  if (!run.ended_at) return <Tag tone="grey">{t('reconcile.notEnded')}</Tag>;
  if (run.error) return <span className="row"><Tag tone="amber">{t('reconcile.partial')}</Tag><span className="faint reconcile-text">{run.error}</span></span>;
  return <Tag tone={run.found > 0 ? 'red' : 'green'}>{run.found > 0 ? t('reconcile.found', { n: run.found }) : t('reconcile.fits')}</Tag>;
}

function Differences({ rows, close }: { rows: Difference[]; close: (d: Difference) => void }) {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'records_head');
  const listens = hasRole(useMe(), 'inspector', 'auditor', 'records_head');
  const columns: TableColumnsType<Difference> = [
    { title: t('reconcile.seen'), key: 'at', width: 172, render: (_, d) => <TimeText at={d.seen_at} kind="full" /> },
    { title: t('reconcile.kind'), key: 'kind', width: 170, render: (_, d) => <StateTag group="difference" value={d.kind} /> },
    { title: t('reconcile.what'), key: 'what', render: (_, d) => listens && d.recording_id ? <Link to={`/recordings/${d.recording_id}`} className="mono">{d.recording_id}</Link> : <span className="mono reconcile-text">{d.ref}</span> },
    { title: t('reconcile.expected'), key: 'expected', render: (_, d) => <span className="mono reconcile-text">{d.expected || '—'}</span> },
    { title: t('reconcile.is'), key: 'found', render: (_, d) => <span className="mono reconcile-text">{d.found || '—'}</span> },
    { title: t('reconcile.reason'), key: 'reason', render: (_, d) => d.closed_at
      ? <span className="reconcile-text">{d.reason}<br /><span className="faint">{d.closed_by?.name} <TimeText at={d.closed_at} kind="short" /></span></span>
      : may && <Button size="small" onClick={() => close(d)}>{t('reconcile.close')}</Button> },
  ];
  return <Table<Difference> {...table} rowKey="id" className="panel" columns={columns} dataSource={rows} />;
}

/** Asks for the reason, without which nothing is closed. */
function Closing({ of, done }: { of: Difference; done: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const problem = useFaultText();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const close = useMutation({
    mutationFn: () => api.post(`/reconciliation/differences/${of.id}/close`, { reason: reason.trim() }),
    onSuccess: () => {
      done();
      void client.invalidateQueries({ queryKey: keys.reconciliation });
    },
    onError: (e) => void message.error(problem(e)),
  });
  return (
    <Modal open title={t('reconcile.closeTitle', { kind: word('difference', of.kind) })} okText={t('reconcile.close')} onCancel={done} onOk={() => close.mutate()}
      okButtonProps={{ disabled: reason.trim() === '', loading: close.isPending }}>
      <p className="faint">{t('reconcile.closeNote')}</p>
      <Input.TextArea autoFocus rows={4} maxLength={2000} aria-label={t('reconcile.reason')} value={reason} onChange={(e) => setReason(e.target.value)} />
    </Modal>
  );
}
