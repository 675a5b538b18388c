import { Button, Input, Select, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAudit, useUsers } from '@/api/queries';
import type { AuditEvent } from '@/api/types';
import { useFilter } from '@/app/filter';
import { DayRange, usePeriod } from '@/components/DayRange';
import { Facts } from '@/components/Facts';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { zh } from '@/i18n/zh-CN';
import './audit.css';

const names = ['from', 'to', 'action', 'actor'] as const;
/** The actions as the server writes them: the texts' keys have "_" for the first ".". */
const actions = Object.keys(zh.word.auditAction).map((key) => key.replace('_', '.'));
const refusals = /refused|overridden/;

/** The audit log, newest first. Rule S-04. */
export default function AuditPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [filter, change, reset] = useFilter(names);
  const { from, to, ...rest } = filter;
  const events = useAudit({ ...rest, ...usePeriod({ from, to }) });
  const users = useUsers();
  const filtered = Object.values(filter).some(Boolean);
  return (
    <Page title={t('audit.title')} note={t('audit.note')}>
      <search className="filters" aria-label={t('common.search')}>
        <DayRange value={{ from, to }} onChange={change} />
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} className="audit-select" popupMatchSelectWidth={false} placeholder={t('audit.action')} aria-label={t('audit.action')} value={filter.action || undefined}
          onChange={(action?: string) => change({ action: action ?? '' })} options={actions.map((a) => ({ value: a, label: word('auditAction', a) }))} />
        {users.error ? <Input allowClear className="audit-select" placeholder={t('audit.actor')} aria-label={t('audit.actor')} value={filter.actor} onChange={(e) => change({ actor: e.target.value.trim() })} /> : (
          <Select allowClear showSearch={{ optionFilterProp: 'label' }} className="audit-select" popupMatchSelectWidth={false} placeholder={t('audit.actor')} aria-label={t('audit.actor')} value={filter.actor || undefined}
            onChange={(actor?: string) => change({ actor: actor ?? '' })} options={(users.data?.users ?? []).map((u) => ({ value: u.id, label: `${u.name} · ${u.login}` }))} />
        )}
        {filtered && <Button type="link" onClick={reset}>{t('common.reset')}</Button>}
      </search>
      <Load query={events} rows={10}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.events);
          if (rows.length === 0) return <Nothing text={t(filtered ? 'audit.noMatch' : 'audit.empty')} />;
          return <><Rows rows={rows} /><More query={events} shown={rows.length} /></>;
        }}
      </Load>
    </Page>
  );
}

function Rows({ rows }: { rows: AuditEvent[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<AuditEvent> = [
    { title: t('audit.at'), key: 'at', width: 172, render: (_, e) => <TimeText at={e.at} kind="full" /> },
    { title: t('audit.action'), key: 'action', width: 170, render: (_, e) => <Tag tone={refusals.test(e.action) ? 'red' : 'blue'}>{word('auditAction', e.action)}</Tag> },
    { title: t('audit.actor'), key: 'actor', width: 140, render: (_, e) => e.actor?.name || <span className="faint">{t('audit.system')}</span> },
    { title: t('audit.reason'), key: 'reason', render: (_, e) => <span>{e.rule && <code className="rule">{e.rule}</code>} {e.reason && word('reason', e.reason, e.detail)}</span> },
    { title: t('audit.object'), key: 'object', width: 190, render: (_, e) => <span className="audit-object" title={e.object_id}>{e.object_kind} <code className="mono">{e.object_id.slice(0, 8)}</code></span> },
    { title: t('audit.ip'), key: 'ip', width: 120, render: (_, e) => <span className="num">{e.ip || '—'}</span> },
  ];
  return (
    <Table size="small" rowKey="id" className="panel" columns={columns} dataSource={rows} pagination={false}
      expandable={{ rowExpandable: (e) => Object.keys(e.detail).length > 0, expandedRowRender: (e) => <Detail event={e} /> }} />
  );
}

function Detail({ event: e }: { event: AuditEvent }) {
  const { t } = useTranslation();
  const rows = Object.entries(e.detail).map(([key, value]) => [key, <code key={key} className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</code>] as const);
  return <Facts rows={[[t('audit.id'), <code key="id" className="mono">{e.object_id}</code>], ...rows]} />;
}
