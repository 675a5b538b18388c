import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDepartments, useSlips } from '@/api/queries';
import type { Slip, SlipPage } from '@/api/types';
import { useFilter } from '@/app/filter';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { SlipDrawer } from './SlipDrawer';
import './slips.css';

const names = ['state', 'overdue', 'department_id', 'call_id', 'slip'] as const;

/** Feedback slips: what customers are dissatisfied with, at which department it is, and what became of it. Rules C-17, C-18. */
export default function SlipsPage() {
  const { t } = useTranslation();
  const [{ slip, ...filter }, change] = useFilter(names);
  const slips = useSlips(filter);
  const departments = useDepartments();
  return (
    <Page title={t('slips.title')} note={t('slips.note')}>
      <Load query={slips} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.slips);
          return (
            <>
              <search className="filters" aria-label={t('common.search')}>
                <Figures counts={data.pages[0]?.counts} filter={filter} onChange={change} />
                <Select allowClear showSearch={{ optionFilterProp: 'label' }} className="slip-department" placeholder={t('slips.department')} aria-label={t('slips.department')} value={filter.department_id || undefined}
                  onChange={(v?: string) => change({ department_id: v ?? '' })} options={departments.data?.departments.map((d) => ({ value: d.id, label: `${d.branch.name} · ${d.name}` })) ?? []} />
              </search>
              {rows.length === 0 ? <Nothing text={t(Object.values(filter).some(Boolean) ? 'slips.noMatch' : 'slips.empty')} /> : <><Rows rows={rows} onOpen={(id) => change({ slip: id })} /><More query={slips} shown={rows.length} /></>}
            </>
          );
        }}
      </Load>
      {slip && <SlipDrawer id={slip} onClose={() => change({ slip: '' })} />}
    </Page>
  );
}

type Filter = { state: string; overdue: string };

/** The figures above the list, each of which shows its slips. */
function Figures({ counts, filter, onChange }: { counts: SlipPage['counts'] | undefined; filter: Filter; onChange: (f: Partial<Filter>) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const all = !filter.state && !filter.overdue;
  const figure = (on: boolean, label: string, n: number | undefined, to: Filter, alarm = false) => (
    <Button key={label} type={on ? 'primary' : 'default'} ghost={on} danger={alarm && Boolean(n)} aria-pressed={on} onClick={() => onChange(to)}>{label} <span className="num">{n ?? ''}</span></Button>
  );
  return (
    <>
      {figure(all, t('slips.all'), counts && counts.open + counts.answered + counts.closed, { state: '', overdue: '' })}
      {figure(Boolean(filter.overdue), t('slips.overdue'), counts?.overdue, { state: '', overdue: 'true' }, true)}
      {(['open', 'answered', 'closed'] as const).map((s) => figure(filter.state === s, word('slipState', s), counts?.[s], { state: s, overdue: '' }))}
    </>
  );
}

function Rows({ rows, onOpen }: { rows: Slip[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<Slip> = [
    { title: t('slips.number'), key: 'number', width: 150, render: (_, s) => <Button type="link" className="num slip-number" onClick={() => onOpen(s.id)}>{s.number}</Button> },
    { title: t('slips.customer'), key: 'customer', width: 130, render: (_, s) => s.customer.name },
    { title: t('slips.matter'), key: 'matter', render: (_, s) => <span className="slip-matter"><span className="faint">{word('slipKind', s.kind)}</span> {s.matter}</span> },
    { title: t('slips.at'), key: 'at', width: 150, render: (_, s) => <>{s.department.name}<div className="faint">{s.owner?.name ?? t('slips.nobody')}</div></> },
    { title: t('slips.due'), key: 'due', width: 170, render: (_, s) => <><TimeText at={s.due_at} />{s.overdue && <div><Tag tone="red">{t('slips.overdue')}</Tag></div>}</> },
    { title: t('slips.state'), key: 'state', width: 170, render: (_, s) => <span className="row"><StateTag group="slipState" value={s.state} />{s.round > 1 && <span className="faint">{t('slips.round', { n: s.round })}</span>}</span> },
    { title: t('slips.satisfaction'), key: 'satisfaction', width: 120, render: (_, s) => (s.satisfaction ? <StateTag group="satisfaction" value={s.satisfaction} /> : '—') },
  ];
  return <Table<Slip> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
