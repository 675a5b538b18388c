import { Button, Input, Select, Table, type TableColumnsType } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRecordings, useUsers } from '@/api/queries';
import { outcomes, recordingStates, type RecordingRow } from '@/api/types';
import { useFilter } from '@/app/filter';
import { useSite } from '@/app/session';
import { formatSpan, fromWall } from '@/app/time';
import { DayRange, usePeriod } from '@/components/DayRange';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord, type WordGroup } from '@/i18n';
import { MoreFilters, moreNames } from './MoreFilters';
import { SavedSearches } from './SavedSearches';
import './recordings.css';

const names = ['from', 'to', 'customer', 'digits', 'agent_id', 'outcome', 'state', ...moreNames] as const;
const pause = 400; // ms without typing before the search runs

/** Finds recordings. Rules T-08, S-01. */
export default function RecordingsPage() {
  const { t } = useTranslation();
  const [filter, change, reset] = useFilter(names);
  const [more, setMore] = useState(() => moreNames.some((n) => filter[n]));
  const { from, to, retain_before, ...rest } = filter;
  const { zone } = useSite();
  const found = useRecordings({ ...rest, ...usePeriod({ from, to }), ...(retain_before ? { retain_before: fromWall(dayjs(retain_before).startOf('day'), zone) } : {}) });
  const filtered = Object.values(filter).some(Boolean);
  return (
    <Page title={t('recordings.title')} note={t('recordings.logged')}>
      <search className="filters" aria-label={t('common.search')}>
        <DayRange value={{ from, to }} onChange={change} />
        <TypedField label={t('recordings.customer')} value={filter.customer} onChange={(customer) => change({ customer })} />
        <TypedField label={t('recordings.digits')} value={filter.digits} onChange={(digits) => change({ digits: digits.replace(/\D/g, '').slice(0, 15) })} />
        <AgentField value={filter.agent_id} onChange={(agent_id) => change({ agent_id })} />
        <WordField group="outcome" words={outcomes} label={t('recordings.outcome')} value={filter.outcome} onChange={(outcome) => change({ outcome })} />
        <WordField group="recordingState" words={recordingStates} label={t('recordings.state')} value={filter.state} onChange={(state) => change({ state })} />
        {more && <MoreFilters value={filter} onChange={change} />}
        <Button type="link" aria-expanded={more} onClick={() => setMore(!more)}>{t(more ? 'recordings.fewer' : 'recordings.more')}</Button>
        {filtered && <Button type="link" onClick={reset}>{t('common.reset')}</Button>}
        <SavedSearches filter={filter} onPick={(saved) => { change(Object.fromEntries(names.map((n) => [n, saved[n] ?? '']))); setMore(moreNames.some((n) => saved[n])); }} />
      </search>
      <Load query={found} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.recordings);
          if (rows.length === 0) return <Nothing text={t(filtered ? 'recordings.noMatch' : 'recordings.empty')}>{filtered && <Button onClick={reset}>{t('common.reset')}</Button>}</Nothing>;
          return <><Rows rows={rows} /><More query={found} shown={rows.length} /></>;
        }}
      </Load>
    </Page>
  );
}

function Rows({ rows }: { rows: RecordingRow[] }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<RecordingRow> = [
    { title: t('recordings.started'), key: 'at', width: 150, render: (_, r) => <Link to={`/recordings/${r.id}`}><TimeText at={r.started_at} /></Link> },
    { title: t('recordings.length'), key: 'length', width: 74, align: 'right', render: (_, r) => <span className="num">{r.duration_ms > 0 ? formatSpan(r.duration_ms) : '—'}</span> },
    { title: t('recordings.customer'), key: 'customer', render: (_, r) => <span>{r.customer.name} <span className="num faint">{r.masked_number}</span></span> },
    { title: t('recordings.agent'), key: 'agent', width: 110, render: (_, r) => r.agent.name },
    { title: t('recordings.program'), dataIndex: 'program_code', width: 140, ellipsis: true },
    { title: t('recordings.outcome'), key: 'outcome', width: 130, render: (_, r) => <>{r.outcome ? <StateTag group="outcome" value={r.outcome} /> : '—'}{r.score !== null && <span className="num faint" title={t('recordings.score')}> {r.score}</span>}</> },
    { title: t('recordings.state'), key: 'state', width: 200, render: (_, r) => <span className="row recording-flags"><StateTag group="recordingState" value={r.state} />{r.held && <Tag tone="violet">{t('recordings.held')}</Tag>}<Flags row={r} />{r.imported && <Tag tone="amber">{t('recordings.imported')}</Tag>}{r.tags.map((tag) => <Tag key={tag} tone="blue">{tag}</Tag>)}</span> },
  ];
  return <Table size="middle" rowKey="id" className="panel" columns={columns} dataSource={rows} pagination={false} />;
}

/** What a listener has to know before the first second. Rule T-01. */
export function Flags({ row }: { row: Pick<RecordingRow, 'interrupted' | 'empty_left' | 'empty_right' | 'state'> }) {
  const { t } = useTranslation();
  return (
    <>
      {row.interrupted && <Tag tone="amber">{t('recordings.interrupted')}</Tag>}
      {row.empty_left && row.empty_right ? <Tag tone="grey">{t('recordings.emptyBoth')}</Tag> : row.empty_left ? <Tag tone="grey">{t('recordings.emptyLeft')}</Tag> : row.empty_right && <Tag tone="grey">{t('recordings.emptyRight')}</Tag>}
    </>
  );
}

/** A field that searches when typing pauses. */
function TypedField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text.trim()), pause);
    return () => clearTimeout(timer);
    // Only typing starts the clock.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  return <Input allowClear className="filter-text" placeholder={label} aria-label={label} value={text} onChange={(e) => setText(e.target.value)} />;
}

function WordField({ group, words, label, value, onChange }: { group: WordGroup; words: readonly string[]; label: string; value: string; onChange: (value: string) => void }) {
  const word = useWord();
  return (
    <Select allowClear className="filter-select" popupMatchSelectWidth={false} placeholder={label} aria-label={label} value={value || undefined} onChange={(v?: string) => onChange(v ?? '')}
      options={words.map((w) => ({ value: w, label: word(group, w) }))} />
  );
}

function AgentField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const { data } = useUsers('agent');
  return (
    <Select allowClear showSearch={{ optionFilterProp: 'label' }} className="filter-select" popupMatchSelectWidth={false} placeholder={t('recordings.agent')} aria-label={t('recordings.agent')} value={value || undefined}
      onChange={(v?: string) => onChange(v ?? '')} options={(data?.users ?? []).map((u) => ({ value: u.id, label: `${u.name} ${u.staff_number}` }))} />
  );
}
