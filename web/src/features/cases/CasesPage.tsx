import { PlusOutlined } from '@ant-design/icons';
import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { caseClasses, caseKinds, type Case, type CasePage } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { CaseDrawer } from './CaseDrawer';
import { NewCase } from './NewCase';
import { useCases } from './useCases';
import './cases.css';

const names = ['state', 'overdue', 'kind', 'class', 'call_id', 'case'] as const;

/** Anomalies and complaints: at which step each stands, whose turn it is, and until when. Rules C-19, C-20. */
export default function CasesPage() {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const [opening, setOpening] = useState(false);
  const [{ case: shown, ...filter }, change] = useFilter(names);
  const cases = useCases(filter);
  return (
    <Page title={t('cases.title')} note={t('cases.note')}
      actions={hasRole(me, 'supervisor') && <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpening(true)}>{t('cases.open')}</Button>}>
      <Load query={cases} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.cases);
          return (
            <>
              <search className="filters" aria-label={t('common.search')}>
                <Figures counts={data.pages[0]?.counts} filter={filter} onChange={change} />
                <Select allowClear className="case-select" placeholder={t('cases.kind')} aria-label={t('cases.kind')} value={filter.kind || undefined} onChange={(v?: string) => change({ kind: v ?? '' })}
                  options={caseKinds.map((k) => ({ value: k, label: word('caseKind', k) }))} />
                <Select allowClear className="case-select" placeholder={t('cases.class')} aria-label={t('cases.class')} value={filter.class || undefined} onChange={(v?: string) => change({ class: v ?? '' })}
                  options={caseClasses.map((k) => ({ value: k, label: word('caseClass', k) }))} />
              </search>
              {rows.length === 0 ? <Nothing text={t(Object.values(filter).some(Boolean) ? 'cases.noMatch' : 'cases.empty')} /> : <><Rows rows={rows} onOpen={(id) => change({ case: id })} /><More query={cases} shown={rows.length} /></>}
            </>
          );
        }}
      </Load>
      {shown && <CaseDrawer id={shown} onClose={() => change({ case: '' })} />}
      {opening && <NewCase onClose={() => setOpening(false)} onOpened={(id) => { setOpening(false); change({ case: id }); }} />}
    </Page>
  );
}

type Filter = { state: string; overdue: string };

/** The figures above the list, each of which shows its cases. */
function Figures({ counts, filter, onChange }: { counts: CasePage['counts'] | undefined; filter: Filter; onChange: (f: Partial<Filter>) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const figure = (on: boolean, label: string, n: number | undefined, to: Filter, alarm = false) => (
    <Button key={label} type={on ? 'primary' : 'default'} ghost={on} danger={alarm && Boolean(n)} aria-pressed={on} onClick={() => onChange(to)}>{label} <span className="num">{n ?? ''}</span></Button>
  );
  return (
    <>
      {figure(!filter.state && !filter.overdue, t('cases.all'), counts && counts.open + counts.call_back + counts.closed, { state: '', overdue: '' })}
      {figure(Boolean(filter.overdue), t('cases.overdue'), counts?.overdue, { state: '', overdue: 'true' }, true)}
      {figure(filter.state === 'call_back', word('caseState', 'call_back'), counts?.call_back, { state: 'call_back', overdue: '' })}
      {figure(filter.state === 'closed', word('caseState', 'closed'), counts?.closed, { state: 'closed', overdue: '' })}
    </>
  );
}

function Rows({ rows, onOpen }: { rows: Case[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<Case> = [
    { title: t('cases.number'), key: 'number', width: 160, render: (_, c) => <Button type="link" className="num case-number" onClick={() => onOpen(c.id)}>{c.number}</Button> },
    { title: t('cases.kind'), key: 'kind', width: 160, render: (_, c) => <>{word('caseKind', c.kind)}{c.kind === 'anomaly' && <div className="faint">{word('caseClass', c.class)}</div>}</> },
    { title: t('cases.customer'), key: 'customer', width: 110, render: (_, c) => c.customer.name },
    { title: t('cases.matter'), key: 'matter', render: (_, c) => <span className="case-matter">{c.matter}</span> },
    { title: t('cases.assignee'), key: 'assignee', width: 120, render: (_, c) => <>{c.assignee?.name ?? t('cases.nobody')}{c.escalated.length > 0 && <div className="faint">↑ {c.escalated.map((u) => u.name).join(' › ')}</div>}</> },
    { title: t('cases.state'), key: 'state', width: 170, render: (_, c) => <span className="row"><StateTag group="caseState" value={c.state} />{c.round > 1 && <span className="faint">{t('cases.round', { n: c.round })}</span>}</span> },
    { title: t('cases.due'), key: 'due', width: 160, render: (_, c) => (c.state === 'closed' ? '—' : <><TimeText at={c.due_at} />{c.overdue && <div><Tag tone="red">{t('cases.overdue')}</Tag></div>}</>) },
  ];
  return <Table<Case> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
