import { Alert, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/errors';
import { useFaultText } from '@/components/Fault';
import type { ImportReport as Report } from '@/api/types';
import { useWrongText } from './useWrongText';

interface Row { key: number; row: number | null; field: string; message: string }

/** What an import would do, or every value that is wrong with its row and column. */
export function ImportReport({ name, report, error }: { name: string; report: Report | undefined; error: unknown }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const wrong = useWrongText();
  const said = error ? asApiError(error).problem?.errors ?? [] : [];
  if (error && said.length === 0) return <Alert type="error" showIcon role="alert" className="gap-below" title={fault(error)} />;
  const rows: Row[] = error
    ? said.map((e, key) => ({ key, row: e.location === 'header' ? 1 : null, field: whereOf(e.location ?? '', e.value), message: wrong(e.message) }))
    : (report?.errors ?? []).map((e, key) => ({ key, row: e.row, field: e.field, message: wrong(e.message) }));
  if (rows.length > 0) {
    return (
      <>
        <Alert type="error" showIcon role="alert" className="gap-below" title={t('tasks.fix', { n: rows.length })} />
        <Table<Row> size="small" rowKey="key" className="gap-below" dataSource={rows} pagination={rows.length > 50 ? { pageSize: 50, showSizeChanger: false, size: 'small' } : false}
          columns={[
            { title: t('tasks.row'), dataIndex: 'row', width: 72, render: (n: number | null) => <span className="num">{n ?? '—'}</span> },
            { title: t('tasks.field'), dataIndex: 'field', width: 180, render: (field: string) => <code className="mono">{field}</code> },
            { title: t('tasks.what'), dataIndex: 'message' },
          ]} />
      </>
    );
  }
  if (!report) return null;
  if (report.rows === 0) return <Alert type="warning" showIcon className="gap-below" title={t('tasks.emptyFile')} />;
  return (
    <div className="import-sum gap-below">
      <strong>{t('tasks.checked', { name, rows: report.rows })}</strong>
      <dl className="task-counts">
        <div data-count="created"><dt>{t('tasks.willCreate')}</dt><dd className="num">{report.created}</dd></div>
        <div data-count="updated"><dt>{t('tasks.willUpdate')}</dt><dd className="num">{report.updated + report.unchanged}</dd></div>
        <div data-count="errors"><dt>{t('tasks.errors')}</dt><dd className="num">0</dd></div>
      </dl>
    </div>
  );

  function whereOf(location: string, value: unknown): string {
    if (typeof value === 'string' && value !== '') return value;
    return location === 'header' ? t('tasks.headerItself') : t('tasks.fileItself');
  }
}
