import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { ImportDetail } from '@/api/types';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { Columns } from './Columns';

type Act = { path: string; put?: boolean; body: unknown };

/** One file: how it is understood, what is wrong with it, what it would do or did. Rule C-22. */
export function BatchDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const batch = useQuery({ queryKey: keys.importOne(id), queryFn: ({ signal }) => api.get<ImportDetail>(`/imports/${id}`, undefined, signal) });
  const act = useMutation({
    mutationFn: ({ path, put, body }: Act) => (put ? api.put<ImportDetail>(`/imports/${id}/${path}`, body) : api.post<ImportDetail>(`/imports/${id}/${path}`, body)),
    onSuccess: (d) => queries.setQueryData(keys.importOne(id), d),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: keys.imports }), queries.invalidateQueries({ queryKey: keys.feeds })]),
  });
  return (
    <Drawer open size={960} title={batch.data?.import.name ?? t('imports.file')} onClose={onClose}>
      <Load query={batch} rows={8}>{(d) => <Body detail={d} act={act} />}</Load>
    </Drawer>
  );
}

function Body({ detail: d, act }: { detail: ImportDetail; act: UseMutationResult<ImportDetail, Error, Act> }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const b = d.import;
  const right = b.created + b.changed + b.unchanged;
  return (
    <>
      <Facts rows={[
        [t('imports.state'), <StateTag key="s" group="importState" value={b.state} />],
        [t('imports.kind'), word('importKind', b.kind)],
        [t('imports.format'), b.format],
        [t('imports.feed'), b.feed ? `${b.feed.name} · ${t('imports.weekOf', { day: b.week })}` : ''],
        [t('imports.at'), <span key="a"><TimeText at={b.created_at} /> {b.created_by.name}</span>],
        [t('imports.applied'), b.applied_at ? <span key="p"><TimeText at={b.applied_at} /> {b.applied_by?.name}</span> : ''],
        [t('imports.undone'), b.undone_at ? <span key="u"><TimeText at={b.undone_at} /> {b.undone_by?.name} · {b.reason}</span> : ''],
      ]} />
      <p className="row import-figures" role="status">
        <strong className="num">{t('imports.nRows', { n: b.rows })}</strong>
        <Tag tone="green">{t('imports.nCreated', { n: b.created })}</Tag><Tag tone="blue">{t('imports.nChanged', { n: b.changed })}</Tag><Tag tone="grey">{t('imports.nUnchanged', { n: b.unchanged })}</Tag>
        {b.wrong > 0 && <Tag tone="red">{t('imports.nWrong', { n: b.wrong })}</Tag>}
      </p>
      {act.error && <Alert type="error" showIcon className="gap-below" title={fault(act.error)} />}
      {b.state === 'checked' && (
        <div className="row gap-below">
          <Button type="primary" disabled={b.wrong > 0 || right === 0} loading={act.isPending} onClick={() => act.mutate({ path: 'apply', body: {} })}>{t('imports.applyAll', { n: b.rows })}</Button>
          {b.wrong > 0 && right > 0 && <Button loading={act.isPending} onClick={() => act.mutate({ path: 'apply', body: { partial: true } })}>{t('imports.applyRight', { n: right })}</Button>}
        </div>
      )}
      {b.state === 'applied' && <Undo act={act} />}
      {d.problems.length > 0 && <Problems detail={d} />}
      {b.state === 'checked' && <Columns key={JSON.stringify(b.mapping)} detail={d} busy={act.isPending} onChoose={(mapping) => act.mutate({ path: 'mapping', put: true, body: { mapping } })} />}
      <Preview detail={d} />
    </>
  );
}

function Undo({ act }: { act: UseMutationResult<ImportDetail, Error, Act> }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <section className="slip-step" aria-label={t('imports.undo')}>
      <h3>{t('imports.undo')}</h3>
      <p className="faint">{t('imports.undoMeans')}</p>
      <span className="row">
        <Input className="import-reason" maxLength={200} placeholder={t('imports.reason')} aria-label={t('imports.reason')} value={reason} onChange={(e) => setReason(e.target.value)} />
        <Button danger disabled={!reason.trim()} loading={act.isPending} onClick={() => act.mutate({ path: 'undo', body: { reason: reason.trim() } })}>{t('imports.undo')}</Button>
      </span>
    </section>
  );
}

function Problems({ detail }: { detail: ImportDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const title = (name: string) => { const f = detail.fields.find((x) => x.name === name); return f ? (language === 'en' ? f.title_en : f.title_zh) : name; };
  return (
    <section className="import-part" aria-label={t('imports.problems')}>
      <h3>{t('imports.problems')}</h3>
      <Table size="small" className="gap-below" rowKey={(p) => `${p.line} ${p.field} ${p.en}`} pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }} dataSource={detail.problems} columns={[
        { title: t('imports.line'), dataIndex: 'line', width: 80, align: 'right', className: 'num' },
        { title: t('imports.column'), key: 'column', width: 180, render: (_, p) => p.column || <span className="faint">{t('imports.noColumn', { field: title(p.field) })}</span> },
        { title: t('imports.value'), key: 'value', width: 200, render: (_, p) => <span className="import-value">{p.value}</span> },
        { title: t('imports.problem'), key: 'problem', render: (_, p) => (language === 'en' ? p.en : p.zh) },
      ]} />
      {detail.import.wrong > 0 && detail.problems.length >= 1000 && <p className="faint">{t('imports.firstProblems', { n: detail.problems.length })}</p>}
    </section>
  );
}

function Preview({ detail }: { detail: ImportDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const held = detail.fields.filter((f) => f.name in detail.import.mapping);
  return (
    <section className="import-part" aria-label={t('imports.preview')}>
      <h3>{t('imports.preview')}</h3>
      <Table size="small" rowKey="line" pagination={false} dataSource={detail.preview} scroll={{ x: 'max-content' }} columns={[
        { title: t('imports.line'), dataIndex: 'line', width: 70, align: 'right', className: 'num' },
        ...(detail.import.state === 'checked' ? [{ title: t('imports.does'), key: 'action', width: 110, render: (_: unknown, r: ImportDetail['preview'][number]) => <StateTag group="importAction" value={r.action || 'wrong'} /> }] : []),
        ...held.map((f) => ({ title: language === 'en' ? f.title_en : f.title_zh, key: f.name, render: (_: unknown, r: ImportDetail['preview'][number]) => <span className="import-value">{r.values[f.name]}</span> })),
      ]} />
    </section>
  );
}
