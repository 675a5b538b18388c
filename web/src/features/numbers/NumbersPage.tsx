import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNumberRules } from '@/api/queries';
import type { NumberRule, NumberRules, NumberVersion } from '@/api/types';
import { hasRole, useMe, useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { Load } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { useWord } from '@/i18n';
import { CheckNumber } from './CheckNumber';
import { RulesDrawer } from './RulesDrawer';
import './numbers.css';

/** Which numbers may be dialled: the rules, their versions, and what would become of one number. */
export default function NumbersPage() {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'administrator');
  const rules = useNumberRules();
  const [edited, setEdited] = useState<NumberVersion | null>(null);
  const latest = rules.data?.versions[0];
  return (
    <Page title={t('numbers.title')} note={t('numbers.note')} actions={may && latest && <Button type="primary" onClick={() => setEdited(latest)}>{t('numbers.edit')}</Button>}>
      <CheckNumber />
      <Load query={rules} rows={8}>{(data) => <Rules data={data} />}</Load>
      {edited && <RulesDrawer from={edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}

interface Row extends NumberRule { class?: string; digits?: number; key: string }

function Rules({ data }: { data: NumberRules }) {
  const { t } = useTranslation();
  const word = useWord();
  const { zone } = useSite();
  const may = { title: t('numbers.may'), key: 'allow', width: 140, render: (_: unknown, r: Row) => <Tag tone={r.allow ? 'green' : 'red'}>{t(r.allow ? 'numbers.allow' : 'numbers.closed')}</Tag> };
  const prefix = { title: t('numbers.prefix'), key: 'prefix', render: (_: unknown, r: Row) => <span className="num">{r.prefix || t('numbers.any')}{r.digits ? ` · ${t('numbers.digits', { n: r.digits })}` : ''}</span> };
  const shipped: TableColumnsType<Row> = [prefix, { title: t('numbers.what'), key: 'class', render: (_, r) => word('numberClass', r.class ?? '') }, may];
  const versions: TableColumnsType<NumberVersion> = [
    { title: t('numbers.version'), dataIndex: 'version', width: 80 },
    { title: t('numbers.at'), key: 'at', width: 170, render: (_, v) => <span className="num">{formatTime(v.at, zone, 'full')}</span> },
    { title: t('numbers.by'), key: 'by', width: 140, render: (_, v) => v.by?.name ?? t('numbers.config') },
    { title: t('numbers.reason'), key: 'reason', render: (_, v) => (v.by ? v.reason : '—') },
    { title: t('numbers.rules'), key: 'rules', render: (_, v) => <span className="num">{v.rules.map((r) => `${r.allow ? '✓' : '✕'} ${r.prefix}`).join('  ') || t('numbers.empty')}</span> },
  ];
  const rows = (list: Omit<Row, 'key'>[]) => list.map((r, i) => ({ ...r, key: String(i) }));
  const table = { size: 'small', pagination: false, scroll: { x: 'max-content' } } as const;
  return (
    <>
      <div className="numbers-pair">
        <Panel title={t('numbers.house')} className="numbers-panel"><Table<Row> {...table} columns={[prefix, may]} dataSource={rows(data.versions[0]?.rules ?? [])} locale={{ emptyText: <span className="faint">{t('numbers.none')}</span> }} /></Panel>
        <Panel title={t('numbers.shipped')} className="numbers-panel"><Table<Row> {...table} columns={shipped} dataSource={rows(data.shipped)} /></Panel>
      </div>
      <Panel title={t('numbers.history')} className="numbers-panel"><Table<NumberVersion> {...table} rowKey="version" columns={versions} dataSource={data.versions} /></Panel>
    </>
  );
}
