import { UploadOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { importKinds, importStates, type ImportBatch, type ImportPage } from '@/api/types';
import { useFilter } from '@/app/filter';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { BatchDrawer } from './BatchDrawer';
import { Missing } from './Missing';
import { TakeDrawer } from './TakeDrawer';
import './imports.css';

const names = ['kind', 'state', 'feed_id'] as const;

/** Files of customers, contracts, equipment and events: hand in, look, import, undo. Rule C-22. */
export default function ImportsPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [filter, change, reset] = useFilter(names);
  const [open, setOpen] = useState<string>();
  const [taking, setTaking] = useState(false);
  const imports = useInfiniteQuery({
    queryKey: keys.importList(filter), initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<ImportPage>('/imports', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
  });
  const choice = (name: 'kind' | 'state', label: string, options: Array<{ value: string; label: string }>) => (
    <Select allowClear className="import-select" popupMatchSelectWidth={false} placeholder={label} aria-label={label} value={filter[name] || undefined} options={options} onChange={(v?: string) => change({ [name]: v ?? '' })} />
  );
  return (
    <Page title={t('imports.title')} note={t('imports.note')} actions={<Button type="primary" icon={<UploadOutlined aria-hidden="true" />} onClick={() => setTaking(true)}>{t('imports.take')}</Button>}>
      <Missing />
      <search className="filters" aria-label={t('common.search')}>
        {choice('kind', t('imports.kind'), importKinds.map((k) => ({ value: k, label: word('importKind', k) })))}
        {choice('state', t('imports.state'), importStates.map((s) => ({ value: s, label: word('importState', s) })))}
        {Object.values(filter).some(Boolean) && <Button type="link" onClick={reset}>{t('common.reset')}</Button>}
      </search>
      <Load query={imports} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.imports);
          if (rows.length === 0) return <Nothing text={t(Object.values(filter).some(Boolean) ? 'imports.noMatch' : 'imports.empty')} />;
          return <><Rows rows={rows} onOpen={setOpen} /><More query={imports} shown={rows.length} /></>;
        }}
      </Load>
      {taking && <TakeDrawer onClose={() => setTaking(false)} onTaken={(id) => { setTaking(false); setOpen(id); }} />}
      {open && <BatchDrawer id={open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function Rows({ rows, onOpen }: { rows: ImportBatch[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const figure = (title: string, of: (b: ImportBatch) => number, tone?: string) => ({ title, key: title, width: 90, align: 'right' as const, render: (_: unknown, b: ImportBatch) => <span className={of(b) > 0 && tone ? `num ${tone}` : 'num'}>{of(b)}</span> });
  const columns: TableColumnsType<ImportBatch> = [
    { title: t('imports.file'), key: 'file', render: (_, b) => <><Button type="link" className="import-name" onClick={() => onOpen(b.id)}>{b.name}</Button><div className="faint">{word('importKind', b.kind)}{b.feed && ` · ${b.feed.name} · ${t('imports.weekOf', { day: b.week })}`}</div></> },
    { title: t('imports.at'), key: 'at', width: 150, render: (_, b) => <><TimeText at={b.created_at} /><div className="faint">{b.created_by.name}</div></> },
    figure(t('imports.rows'), (b) => b.rows), figure(t('imports.created'), (b) => b.created), figure(t('imports.changed'), (b) => b.changed), figure(t('imports.wrong'), (b) => b.wrong, 'tone-red'),
    { title: t('imports.state'), key: 'state', width: 130, render: (_, b) => <StateTag group="importState" value={b.state} /> },
  ];
  return <Table<ImportBatch> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
