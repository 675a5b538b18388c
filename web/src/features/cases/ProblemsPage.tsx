import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Button, DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { apiPath } from '@/api/client';
import type { DailyProblem } from '@/api/types';
import { useFilter } from '@/app/filter';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { useProblems } from './useCases';
import './cases.css';

const names = ['day'] as const;

/** The problems of a day by department, for the evening meeting; to be printed. Rule C-30. */
export default function ProblemsPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [{ day }, change] = useFilter(names);
  const problems = useProblems(day);
  const shown = problems.data?.day ?? day;
  return (
    <Page title={t('problems.title', { day: shown })} note={t('problems.note')} quiet
      actions={
        <>
          <DatePicker aria-label={t('problems.day')} allowClear={false} value={shown ? dayjs(shown) : null} onChange={(d) => change({ day: d ? d.format('YYYY-MM-DD') : '' })} />
          <Button icon={<PrinterOutlined />} onClick={() => globalThis.print()}>{t('problems.print')}</Button>
          <Button icon={<DownloadOutlined />} href={apiPath('/daily-problems/sheet', { day: shown, lang: language })} download={`problems-${shown}.xlsx`}>{t('problems.sheet')}</Button>
        </>
      }>
      <Load query={problems} rows={8}>{(d) => (d.problems.length === 0 ? <Nothing text={t('problems.none')} /> : <>{byDepartment(d.problems).map(([name, rows]) => <Department key={name} name={name || t('problems.noDepartment')} rows={rows} />)}</>)}</Load>
    </Page>
  );
}

/** Rows of the same department stand together already. */
export function byDepartment(rows: readonly DailyProblem[]): Array<[string, DailyProblem[]]> {
  const out = new Map<string, DailyProblem[]>();
  for (const r of rows) {
    const name = r.department ? `${r.department.branch.name} · ${r.department.name}` : '';
    out.set(name, [...(out.get(name) ?? []), r]);
  }
  return [...out];
}

function Department({ name, rows }: { name: string; rows: DailyProblem[] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="panel problems" aria-label={name}>
      <h2>{name} <span className="faint num">{rows.length}</span></h2>
      <table>
        <thead><tr><th>{t('cases.number')}</th><th>{t('problems.time')}</th><th>{t('cases.customer')}</th><th>{t('problems.problem')}</th><th>{t('problems.handling')}</th><th>{t('problems.by')}</th></tr></thead>
        <tbody>
          {rows.map((r) => (
            <tr key={`${r.kind}-${r.id}`}>
              <td><span className="num">{r.number}</span><div className="faint">{word('problemKind', r.kind)}{r.state && ` · ${word(r.kind === 'slip' ? 'slipState' : 'caseState', r.state)}`}</div></td>
              <td><TimeText at={r.at} kind="minute" /></td><td>{r.customer}</td><td className="case-text">{r.problem}</td><td className="case-text">{r.handling}</td><td>{r.by}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
