import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMarks } from '@/api/queries';
import { markKinds, type MarkPage } from '@/api/types';
import { useFilter } from '@/app/filter';
import { formatSpan } from '@/app/time';
import { DayRange, usePeriod } from '@/components/DayRange';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page, Panel } from '@/components/Page';
import { useWord } from '@/i18n';
import { MarkTable } from './MarkTable';

const names = ['from', 'to', 'kind'] as const;

/** Calls to look into: secure pauses, how often, how long and by whom (Rule T-13); complaints (Rule C-20). */
export default function MarksPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [filter, change, reset] = useFilter(names);
  const { from, to, kind } = filter;
  const marks = useMarks({ kind, ...usePeriod({ from, to }) });
  const filtered = Object.values(filter).some(Boolean);
  return (
    <Page title={t('marks.title')} note={t('marks.note')}>
      <search className="filters" aria-label={t('common.search')}>
        <DayRange value={{ from, to }} onChange={change} />
        <Select allowClear className="audit-select" placeholder={t('marks.kind')} aria-label={t('marks.kind')} value={kind || undefined}
          onChange={(k?: string) => change({ kind: k ?? '' })} options={markKinds.map((k) => ({ value: k, label: word('markKind', k) }))} />
        {filtered && <Button type="link" onClick={reset}>{t('common.reset')}</Button>}
      </search>
      <Load query={marks} rows={10}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.marks);
          if (rows.length === 0) return <Nothing text={t(filtered ? 'marks.noMatch' : 'marks.empty')} />;
          return <><Totals page={data.pages[0]} /><MarkTable marks={rows} withCall /><More query={marks} shown={rows.length} /></>;
        }}
      </Load>
    </Page>
  );
}

/** Who, how often, how long together. */
function Totals({ page }: { page: MarkPage | undefined }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('marks.totals')}>
      <ul className="mark-totals">
        {page?.totals.map((s) => <li key={s.by.id}><b>{s.by.name}</b> <span className="num">{t('marks.total', { n: s.number, length: formatSpan(s.duration_ms) })}</span></li>)}
      </ul>
    </Panel>
  );
}
