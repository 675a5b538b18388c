import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { Alert, App, Button, Drawer } from 'antd';
import { useRef, useState, type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePrograms } from '@/api/queries';
import { serverNow } from '@/app/clock';
import { useMe, useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { formatBytes } from '@/features/system/troubles';
import { download, exampleFile, importColumns, maxImportBytes, optionalColumns } from './importFile';
import { ImportReport } from './ImportReport';
import { useImport } from './useImport';

const day = 86_400_000;

/** Imports tasks from CSV, all or nothing: choose, see what it would do, import. */
export function ImportDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const picker = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState('');
  const job = useImport((r) => {
    void message.success(t('tasks.imported', { created: r.created, updated: r.updated, unchanged: r.unchanged }));
    onClose();
  });
  const take = async (e: ChangeEvent<HTMLInputElement>) => {
    const input = e.target;
    const chosen = input.files?.[0];
    if (!chosen) return;
    setRefused('');
    try {
      if (chosen.size > maxImportBytes) setRefused(t('tasks.tooBig', { n: formatBytes(maxImportBytes) }));
      else job.choose({ name: chosen.name, body: await chosen.arrayBuffer() });
    } catch {
      setRefused(t('tasks.notRead'));
    }
    input.value = ''; // the same file, once it is corrected, is a new choice
  };
  const rows = job.check.data?.rows ?? 0;
  const ready = !!job.file && !!job.report && job.report.errors.length === 0 && rows > 0 && !job.error;
  return (
    <Drawer open title={t('tasks.importTitle')} size={720} onClose={onClose}
      footer={
        <div className="drawer-foot">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="primary" disabled={!ready} loading={job.run.isPending} onClick={job.write}>{t('tasks.runImport', { n: rows })}</Button>
        </div>
      }>
      <p className="faint gap-below">{t('tasks.importNote')}</p>
      <div className="row gap-below">
        <input ref={picker} type="file" accept=".csv,text/csv" hidden aria-label={t('tasks.chooseFile')} onChange={(e) => void take(e)} data-testid="import-file" />
        <Button icon={<UploadOutlined />} loading={job.check.isPending} onClick={() => picker.current?.click()}>{t(job.file ? 'tasks.otherFile' : 'tasks.chooseFile')}</Button>
        <ExampleButton />
      </div>
      <div aria-live="polite">
        {refused && <Alert type="error" showIcon className="gap-below" title={refused} />}
        {job.file && job.check.isPending && <p className="faint">{t('tasks.checking', { name: job.file.name })}</p>}
        {job.file && !job.check.isPending && !refused && <ImportReport name={job.file.name} report={job.report} error={job.error} />}
      </div>
      <Columns />
    </Drawer>
  );
}

/** An example with values of this installation; it is made in the browser. */
function ExampleButton() {
  const { t } = useTranslation();
  const { zone } = useSite();
  const me = useMe();
  const programs = usePrograms();
  const make = () =>
    download(exampleFile({
      task_key: 'T-0001', customer_code: 'K-0001', customer_name: t('tasks.exampleName'), number: '01012345678', language: 'zh-CN', kind: 'other', program_code: programs.data?.programs[0]?.code ?? '',
      assignee_login: me.user.roles.includes('agent') ? me.user.login : '', due_at: `${formatTime(serverNow() + 7 * day, zone, 'day')} 17:00`, purpose: t('tasks.examplePurpose'),
    }), 'huifang-tasks.csv');
  return <Button type="link" icon={<DownloadOutlined />} disabled={programs.isPending} onClick={make}>{t('tasks.example')}</Button>;
}

function Columns() {
  const { t } = useTranslation();
  const programs = usePrograms();
  const codes = programs.data?.programs.map((p) => p.code).join(', ') ?? '';
  return (
    <section className="import-columns" aria-label={t('tasks.columns')}>
      <h3>{t('tasks.header')}</h3>
      <code className="mono import-header">{importColumns.join(',')}</code>
      <p className="faint">{t('tasks.headerNote')}</p>
      <dl>
        {importColumns.map((name) => (
          <div key={name}>
            <dt className="mono">{name}{!optionalColumns.includes(name) && <span className="needed" aria-hidden="true">*</span>}</dt>
            <dd>{t(`tasks.column.${name}`, { codes })}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
