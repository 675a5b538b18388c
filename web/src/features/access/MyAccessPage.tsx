import { BackwardOutlined, ForwardOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Input, InputNumber, Segmented, Select, Table, type TableColumnsType } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api, apiPath } from '@/api/client';
import { keys } from '@/api/keys';
import type { AccessRequest, GrantedRecording, MyAccess } from '@/api/types';
import { formatSpan } from '@/app/time';
import { DayRange, usePeriod } from '@/components/DayRange';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { speeds, usePlayer } from '@/features/recordings/usePlayer';
import { useWord } from '@/i18n';
import { idsOf } from './ids';
import './access.css';

const step = 5_000; // ms of a step back or on
const table = { size: 'small', scroll: { x: 'max-content' }, pagination: false, rowKey: 'id' } as const;

/** What one may hear under grants, what one asked for, and a new request. Rule S-02. */
export default function MyAccessPage() {
  const { t } = useTranslation();
  const mine = useQuery({ queryKey: keys.myAccess, queryFn: ({ signal }) => api.get<MyAccess>('/my/access', undefined, signal) });
  const asked: TableColumnsType<AccessRequest> = [
    { title: t('access.asked'), key: 'at', render: (_, r) => <TimeText at={r.created_at} kind="full" /> },
    { title: t('access.purpose'), key: 'purpose', render: (_, r) => <span className="access-text">{r.purpose}</span> },
    { title: t('access.days'), key: 'days', render: (_, r) => <span className="num">{r.days}</span> },
    { title: t('access.state'), key: 'state', render: (_, r) => <StateTag group="accessState" value={r.state} /> },
    { title: t('access.reason'), key: 'reason', render: (_, r) => <span className="access-text">{r.reason || '—'}</span> },
  ];
  return (
    <Page title={t('access.myTitle')} note={t('access.myNote')}>
      <Load query={mine} rows={4}>
        {(data) => (
          <>
            <Panel title={t('access.granted')} className="access-panel"><Granted rows={data.recordings} /></Panel>
            <Ask />
            <Panel title={t('access.mine')} className="access-panel">
              {data.requests.length === 0 ? <Nothing text={t('access.noneAsked')} /> : <Table<AccessRequest> {...table} columns={asked} dataSource={data.requests} />}
            </Panel>
          </>
        )}
      </Load>
    </Page>
  );
}

function Granted({ rows }: { rows: GrantedRecording[] }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<GrantedRecording> = [
    { title: t('access.started'), key: 'at', render: (_, r) => <TimeText at={r.started_at} kind="full" /> },
    { title: t('access.who'), key: 'who', render: (_, r) => <>{r.customer} <span className="num faint">{r.masked_number}</span></> },
    { title: t('access.agent'), dataIndex: 'agent' },
    { title: t('access.until'), key: 'until', render: (_, r) => <TimeText at={r.until} kind="full" /> },
    { title: t('access.play'), key: 'play', render: (_, r) => <Play of={r} /> },
  ];
  return rows.length === 0 ? <Nothing text={t('access.noneGranted')} /> : <Table<GrantedRecording> {...table} columns={columns} dataSource={rows} />;
}

/** Plays under the grant: every range is asked for anew, and what was heard is logged. */
function Play({ of }: { of: GrantedRecording }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <span className="row">
      {open ? <Player of={of} /> : <Button size="small" onClick={() => setOpen(true)}>{t('access.play')} <span className="num">{formatSpan(of.duration_ms)}</span></Button>}
      {of.download && <Button size="small" href={apiPath(`/my/recordings/${of.id}/download`)}>{t('access.save')}</Button>}
    </span>
  );
}

function Player({ of }: { of: GrantedRecording }) {
  const { t } = useTranslation();
  const word = useWord();
  const player = usePlayer(of.id, '/my/recordings');
  const sides = of.third ? (['both', 'left', 'right', 'third'] as const) : (['both', 'left', 'right'] as const);
  if (player.failed) return <span role="alert">{t('access.stopped')}</span>;
  return (
    <span className="row granted-player">
      <Button size="small" type="primary" onClick={player.toggle}>{t(player.playing ? 'access.pause' : 'access.play')} <span className="num">{formatSpan(player.at)}</span></Button>
      <Button size="small" icon={<BackwardOutlined />} aria-label={t('recordings.back')} onClick={() => player.seek(player.at - step)} />
      <input type="range" min={0} max={of.duration_ms} step={100} value={Math.min(player.at, of.duration_ms)} aria-label={t('recordings.position')} aria-valuetext={formatSpan(player.at)} onChange={(e) => player.seek(Number(e.target.value))} />
      <Button size="small" icon={<ForwardOutlined />} aria-label={t('recordings.on')} onClick={() => player.seek(Math.min(player.at + step, of.duration_ms))} />
      <Select size="small" aria-label={t('recordings.hear')} value={player.side} onChange={player.hear} options={sides.map((s) => ({ value: s, label: word('side', s) }))} />
      <Select size="small" aria-label={t('recordings.speed')} value={player.speed} onChange={player.hurry} options={speeds.map((s) => ({ value: s, label: `${s}×` }))} />
    </span>
  );
}

function Ask() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problem = useFaultText();
  const client = useQueryClient();
  const [params] = useSearchParams(); // of the call or the customer that the asking began at
  const [how, setHow] = useState<'ids' | 'customer'>(params.has('customer') ? 'customer' : 'ids');
  const [text, setText] = useState(params.getAll('id').join('\n'));
  const [customer, setCustomer] = useState(params.get('customer') ?? '');
  const [span, setSpan] = useState(() => (params.has('customer') ? { from: dayjs().subtract(90, 'day').format('YYYY-MM-DD'), to: dayjs().format('YYYY-MM-DD') } : { from: '', to: '' }));
  const period = usePeriod(span);
  const [purpose, setPurpose] = useState('');
  const [days, setDays] = useState(7);
  const [download, setDownload] = useState(false);
  const ids = idsOf(text);
  const ready = purpose.trim() !== '' && (how === 'ids' ? ids !== undefined && ids.length > 0 : customer.trim().length > 1 && !!period.from && !!period.to);
  const ask = useMutation({
    mutationFn: () => api.post<AccessRequest>('/my/access', { purpose, days, download, ...(how === 'ids' ? { named: ids } : { customer, ...period }) }),
    onSuccess: () => {
      void message.success(t('access.sent'));
      setText(''); setCustomer(''); setPurpose('');
      void client.invalidateQueries({ queryKey: keys.myAccess });
    },
    onError: (e) => void message.error(problem(e)),
  });
  return (
    <Panel title={t('access.ask')} className="access-panel">
      <div className="access-form">
        <Segmented aria-label={t('access.how')} value={how} onChange={setHow} options={[{ value: 'ids', label: t('access.byIds') }, { value: 'customer', label: t('access.byCustomer') }]} />
        {how === 'ids'
          ? <Input.TextArea rows={2} aria-label={t('access.ids')} placeholder={t('access.ids')} status={ids ? '' : 'error'} value={text} onChange={(e) => setText(e.target.value)} />
          : <span className="row"><Input maxLength={200} aria-label={t('access.customer')} placeholder={t('access.customer')} value={customer} onChange={(e) => setCustomer(e.target.value)} /><DayRange value={span} onChange={setSpan} /></span>}
        <Input.TextArea rows={2} maxLength={2000} aria-label={t('access.purpose')} placeholder={t('access.purpose')} value={purpose} onChange={(e) => setPurpose(e.target.value)} />
        <span className="row">
          <InputNumber min={1} max={90} precision={0} aria-label={t('access.days')} addonAfter={t('access.days')} value={days} onChange={(n) => setDays(n ?? 1)} />
          <Checkbox checked={download} onChange={(e) => setDownload(e.target.checked)}>{t('access.download')}</Checkbox>
          <Button type="primary" disabled={!ready} loading={ask.isPending} onClick={() => ask.mutate()}>{t('access.send')}</Button>
        </span>
      </div>
    </Panel>
  );
}
