import { DownloadOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, Select, Table, type TableColumnsType } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLedger, usePrograms } from '@/api/queries';
import { dispositions, type LedgerRow } from '@/api/types';
import { useFilter } from '@/app/filter';
import { DayRange, usePeriod } from '@/components/DayRange';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { RecordDrawer } from './RecordDrawer';
import './ledger.css';

const names = ['from', 'to', 'q', 'program_id', 'disposition', 'score_below', 'review', 'project', 'model', 'commissioned_from', 'commissioned_until'] as const;

/** The ledger of call-backs: every final record by number, for reading, review and as a file. Rules C-21, C-25. */
export default function LedgerPage() {
  const { t } = useTranslation();
  const word = useWord();
  const language = useLanguage();
  const [filter, change, reset] = useFilter(names);
  const { from, to, ...rest } = filter;
  const query = { ...rest, ...usePeriod({ from, to }) };
  const ledger = useLedger(query);
  const programs = usePrograms();
  const [open, setOpen] = useState<string>();
  const choice = (name: 'program_id' | 'disposition' | 'score_below' | 'review', label: string, options: Array<{ value: string; label: string }>) => (
    <Select allowClear className="ledger-select" popupMatchSelectWidth={false} placeholder={label} aria-label={label} value={filter[name] || undefined} options={options} onChange={(v?: string) => change({ [name]: v ?? '' })} />
  );
  const file = `/api/v1/ledger/sheet?${new URLSearchParams({ ...Object.fromEntries(Object.entries(query).filter(([, v]) => v)), lang: language })}`;
  return (
    <Page title={t('ledger.title')} note={t('ledger.note')} actions={<Button icon={<DownloadOutlined aria-hidden="true" />} href={file} download="ledger.xlsx">{t('ledger.file')}</Button>}>
      <search className="filters" aria-label={t('common.search')}>
        <DayRange value={{ from, to }} onChange={change} />
        <Input.Search allowClear className="ledger-select" placeholder={t('ledger.customer')} aria-label={t('ledger.customer')} defaultValue={filter.q} onSearch={(q) => change({ q: q.trim() })} />
        {choice('program_id', t('ledger.program'), (programs.data?.programs ?? []).map((p) => ({ value: p.id, label: language === 'en' ? p.name_en : p.name_zh })))}
        {choice('disposition', t('ledger.result'), dispositions.map((d) => ({ value: d, label: word('disposition', d) })))}
        {choice('score_below', t('ledger.score'), [{ value: '100', label: t('ledger.below', { n: 100 }) }, { value: '80', label: t('ledger.below', { n: 80 }) }, { value: '60', label: t('ledger.below', { n: 60 }) }])}
        {choice('review', t('ledger.review'), [{ value: 'open', label: t('ledger.notReviewed') }, { value: 'done', label: t('ledger.reviewed') }])}
        {(['project', 'model'] as const).map((name) => <Input.Search key={name} allowClear className="ledger-select" placeholder={t(`ledger.${name}`)} aria-label={t(`ledger.${name}`)} defaultValue={filter[name]} onSearch={(v) => change({ [name]: v.trim() })} />)}
        <DatePicker.RangePicker className="ledger-days" aria-label={t('ledger.commissioned')} allowEmpty={[true, true]} placeholder={[t('ledger.commissionedFrom'), t('ledger.commissionedUntil')]}
          value={[filter.commissioned_from ? dayjs(filter.commissioned_from) : null, filter.commissioned_until ? dayjs(filter.commissioned_until) : null]}
          onChange={(days) => change({ commissioned_from: days?.[0]?.format('YYYY-MM-DD') ?? '', commissioned_until: days?.[1]?.format('YYYY-MM-DD') ?? '' })} />
        {Object.values(filter).some(Boolean) && <Button type="link" onClick={reset}>{t('common.reset')}</Button>}
      </search>
      <Load query={ledger} rows={10}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.records);
          const chosen = rows.find((r) => r.id === open);
          if (rows.length === 0) return <Nothing text={t(Object.values(filter).some(Boolean) ? 'ledger.noMatch' : 'ledger.empty')} />;
          return <><Rows rows={rows} onOpen={setOpen} /><More query={ledger} shown={rows.length} />{chosen && <RecordDrawer row={chosen} onClose={() => setOpen(undefined)} />}</>;
        }}
      </Load>
    </Page>
  );
}

function Rows({ rows, onOpen }: { rows: LedgerRow[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const columns: TableColumnsType<LedgerRow> = [
    { title: t('ledger.number'), key: 'number', width: 140, render: (_, r) => <><Button type="link" className="num ledger-number" onClick={() => onOpen(r.id)}>{r.number || t('ledger.noNumber')}</Button>{r.version > 1 && <div><Tag tone="amber">{t('ledger.corrected', { n: r.version })}</Tag></div>}</> },
    { title: t('ledger.at'), key: 'at', width: 140, render: (_, r) => <TimeText at={r.contacted_at} /> },
    { title: t('ledger.customer'), key: 'customer', width: 130, render: (_, r) => <>{r.customer.name}<div className="faint num">{r.customer_code}</div></> },
    { title: t('ledger.program'), key: 'program', width: 150, render: (_, r) => <>{language === 'en' ? r.program_name_en : r.program_name_zh}<div className="faint">{r.agent.name}</div></> },
    { title: t('ledger.plant'), key: 'plant', width: 160, render: (_, r) => (r.plant.equipment_key || r.plant.contract_key ? <>{r.plant.project || r.plant.contract_key}<div className="faint">{[r.plant.model, r.plant.quantity > 0 && `× ${r.plant.quantity}`].filter(Boolean).join(' ')}</div></> : <span className="faint">—</span>) },
    { title: t('ledger.result'), key: 'result', width: 120, render: (_, r) => <StateTag group="disposition" value={r.disposition} tone={r.disposition === 'completed' ? 'green' : 'grey'} /> },
    { title: t('ledger.content'), key: 'content', render: (_, r) => <span className="ledger-text">{r.content}</span> },
    { title: t('ledger.score'), key: 'score', width: 80, align: 'right', render: (_, r) => <span className={r.score !== null && r.score < 100 ? 'num tone-red' : 'num'}>{r.score ?? '—'}</span> },
    { title: t('ledger.review'), key: 'review', width: 110, render: (_, r) => (r.review ? <StateTag group="verdict" value={r.review.verdict} /> : <span className="faint">{t('ledger.notReviewed')}</span>) },
  ];
  return <Table<LedgerRow> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
