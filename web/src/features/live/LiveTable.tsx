import { Button, Radio, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { hearings, type Hearing, type LiveCall } from '@/api/types';
import { useNow } from '@/app/clock';
import { useMe } from '@/app/session';
import { formatSpan } from '@/app/time';
import { StateTag } from '@/components/StateTag';
import { useWord } from '@/i18n';
import type { Monitor, Wish } from './useMonitor';

/** One row a call; whoever takes part is named. */
export function LiveTable({ calls, monitor, onWish }: { calls: LiveCall[]; monitor: Monitor; onWish: (call: LiveCall, wish: Wish) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow();
  const columns: TableColumnsType<LiveCall> = [
    { title: t('live.agent'), key: 'agent', width: 110, render: (_, c) => c.agent.name || <span className="faint">{t('live.nobody')}</span> },
    { title: t('live.customer'), key: 'customer', width: 190, render: (_, c) => <span>{c.customer_name} <span className="num faint">{c.masked_number}</span></span> },
    { title: t('live.state'), key: 'state', width: 110, render: (_, c) => <><StateTag group="callState" value={c.state} />{c.direction === 'inbound' && <span className="faint"> {t('live.inbound')}</span>}</> },
    { title: t('live.length'), key: 'length', width: 80, render: (_, c) => <span className="num">{formatSpan(Math.max(0, now - Date.parse(c.talk_at ?? c.since)))}</span> },
    { title: t('live.watched'), key: 'watched', width: 150, render: (_, c) => (c.monitor_by ? `${c.monitor_by.name} · ${word('monitor', c.monitor)}` : '—') },
    { title: t('live.actions'), key: 'actions', render: (_, c) => <Actions call={c} monitor={monitor} onWish={onWish} /> },
  ];
  return <Table size="small" rowKey="id" className="panel" columns={columns} dataSource={calls} pagination={false} scroll={{ x: 'max-content' }} />;
}

function Actions({ call: c, monitor, onWish }: { call: LiveCall; monitor: Monitor; onWish: (call: LiveCall, wish: Wish) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const answered = c.agent.name !== '' && ['announcing', 'talking', 'held'].includes(c.state);
  const mine = c.monitor_by?.id === me.user.id;
  if (c.agent.id === me.user.id) return <span className="faint">{t('live.own')}</span>;
  const takeOver = <Button size="small" danger disabled={monitor.busy || !answered || c.state === 'announcing'} onClick={() => onWish(c, 'take_over')}>{t('live.take_over')}</Button>;
  if (mine) {
    return (
      <div className="live-actions" data-monitor={c.monitor}>
        <Radio.Group size="small" optionType="button" aria-label={t('live.how')} value={c.monitor} disabled={monitor.busy} onChange={(e) => monitor.change(c, e.target.value as Hearing)} options={hearings.map((h) => ({ value: h, label: t(`live.${h}`) }))} />
        <Button size="small" disabled={monitor.busy} onClick={() => monitor.stop(c)}>{t('live.stop')}</Button>
        {takeOver}
      </div>
    );
  }
  return (
    <div className="live-actions">
      {hearings.map((h) => <Button key={h} size="small" disabled={monitor.busy || !answered || !!c.monitor_by} onClick={() => onWish(c, h)} aria-label={`${t(`live.${h}`)}: ${c.agent.name}`} title={word('monitor', h)}>{t(`live.${h}`)}</Button>)}
      {takeOver}
    </div>
  );
}
