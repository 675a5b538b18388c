import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { usePlans } from '@/api/queries';
import { planStates, type Plan } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { useLanguage, useWord } from '@/i18n';
import { PlanEditor } from './PlanEditor';
import './plans.css';

const names = ['state'] as const;

/** Plans of branches: drafted, approved and filed by head office, run, closed. Rule C-02. */
export default function PlansPage() {
  const { t } = useTranslation();
  const word = useWord();
  const go = useNavigate();
  const [filter, change] = useFilter(names);
  const [drafting, setDrafting] = useState(false);
  const plans = usePlans(filter);
  const may = hasRole(useMe(), 'supervisor');
  const draft = may && <Button type="primary" onClick={() => setDrafting(true)}>{t('plans.new')}</Button>;
  return (
    <Page title={t('plans.title')} note={t('plans.note')} actions={draft}>
      <Load query={plans} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.plans);
          return (
            <>
              <search className="filters" aria-label={t('common.search')}>
                <Select allowClear className="plan-filter" placeholder={t('plans.state')} aria-label={t('plans.state')} value={filter.state || undefined}
                  onChange={(v?: string) => change({ state: v ?? '' })} options={planStates.map((s) => ({ value: s, label: word('planState', s) }))} />
              </search>
              {rows.length === 0 ? <Nothing text={t(filter.state ? 'plans.noMatch' : 'plans.empty')} /> : <><Rows rows={rows} /><More query={plans} shown={rows.length} /></>}
            </>
          );
        }}
      </Load>
      {drafting && <PlanEditor onClose={() => setDrafting(false)} onSaved={(p) => void go(`/plans/${p.id}`)} />}
    </Page>
  );
}

function Rows({ rows }: { rows: Plan[] }) {
  const { t } = useTranslation();
  const word = useWord();
  const english = useLanguage() === 'en';
  const columns: TableColumnsType<Plan> = [
    { title: t('plans.plan'), key: 'title', render: (_, p) => <><Link to={`/plans/${p.id}`}><strong>{p.title}</strong></Link><div className="faint num">{p.number || t('plans.noNumber')}</div></> },
    { title: t('plans.branch'), key: 'branch', width: 180, render: (_, p) => <>{p.branch.name}<div className="faint">{p.created.by.name}</div></> },
    { title: t('plans.program'), key: 'program', width: 170, render: (_, p) => <>{english ? p.program_name_en : p.program_name_zh}<div className="faint">{word('contentKind', p.content_kind)} · {word('method', p.method)}</div></> },
    { title: t('plans.period'), key: 'period', width: 200, render: (_, p) => <span className="num">{p.from} – {p.until}</span> },
    { title: t('plans.customers'), key: 'customers', width: 90, align: 'right', render: (_, p) => <span className="num">{p.figures.customers}</span> },
    { title: t('plans.progress'), key: 'progress', width: 150, render: (_, p) => (p.started ? <span className="num">{t('plans.reachedOf', { reached: p.figures.reached, target: p.target })}</span> : '—') },
    { title: t('plans.state'), key: 'state', width: 120, render: (_, p) => <StateTag group="planState" value={p.state} /> },
  ];
  return <Table<Plan> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
