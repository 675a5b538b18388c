import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, InputNumber, Popconfirm, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { CalendarDay, CalendarList, CalendarYear } from '@/api/types';
import { serverNow } from '@/app/clock';
import { useFilter } from '@/app/filter';
import { hasRole, useMe, useSite } from '@/app/session';
import { toWall } from '@/app/time';
import { Fault, useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page, Panel } from '@/components/Page';
import { Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage } from '@/i18n';
import { DayDialog, NewCalendarDialog, YearDialog } from './dialogs';
import './calendar.css';

type Open = { what: 'day'; day?: CalendarDay } | { what: 'calendar' } | { what: 'year' } | null;

export const useCalendars = () => useQuery({ queryKey: keys.calendars, staleTime: 60_000, queryFn: ({ signal }) => api.get<CalendarList>('/calendars', undefined, signal) });

/** Working days, public holidays and make-up days, of several calendars; years that are not announced. Rule T-05. */
export default function CalendarPage() {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const me = useMe();
  const admin = hasRole(me, 'administrator');
  const { zone } = useSite();
  const [filter, change] = useFilter(['calendar', 'year'] as const);
  const today = toWall(serverNow(), zone);
  const code = filter.calendar || 'house';
  const year = Number(filter.year) || today.year();
  const calendars = useCalendars();
  const data = useQuery({ queryKey: keys.calendarYear(code, year), queryFn: ({ signal }) => api.get<CalendarYear>(`/calendars/${code}/years/${year}`, undefined, signal) });
  const next = useQuery({ queryKey: keys.calendarYear('house', today.year() + 1), queryFn: ({ signal }) => api.get<CalendarYear>(`/calendars/house/years/${today.year() + 1}`, undefined, signal) });
  const [open, setOpen] = useState<Open>(null);
  return (
    <Page title={t('calendar.title')} note={t('calendar.note')}
      actions={admin && (
        <>
          <Button onClick={() => setOpen({ what: 'calendar' })}>{t('calendar.newCalendar')}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen({ what: 'day' })}>{t('calendar.setDay')}</Button>
        </>
      )}>
      {next.data && !next.data.announced && today.month() >= 10 && (
        <Alert type="warning" showIcon className="gap-below" data-state="next_year" title={t('calendar.nextYear', { year: today.year() + 1 })} description={t('calendar.nextYearMeans')}
          action={<Button size="small" onClick={() => change({ calendar: 'house', year: String(today.year() + 1) })}>{t('calendar.show', { year: today.year() + 1 })}</Button>} />
      )}
      {calendars.error && <Fault compact error={calendars.error} />}
      <search className="filters" aria-label={t('common.search')}>
        <Select className="calendar-choice" aria-label={t('calendar.calendar')} value={code} onChange={(v) => change({ calendar: v })}
          options={calendars.data?.calendars.map((c) => ({ value: c.code, label: english ? c.name_en : c.name_zh })) ?? []} />
        <InputNumber aria-label={t('calendar.year')} min={2004} max={2100} precision={0} value={year} onChange={(v) => v && change({ year: String(v) })} />
      </search>
      <Load query={data} rows={10}>{(y) => <Year year={y} admin={admin} onDay={(day) => setOpen({ what: 'day', day })} onYear={() => setOpen({ what: 'year' })} />}</Load>
      {open?.what === 'day' && <DayDialog code={code} year={year} day={open.day} onClose={() => setOpen(null)} />}
      {open?.what === 'calendar' && <NewCalendarDialog onClose={() => setOpen(null)} onMade={(made) => change({ calendar: made })} />}
      {open?.what === 'year' && <YearDialog year={year} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Year({ year: y, admin, onDay, onYear }: { year: CalendarYear; admin: boolean; onDay: (d: CalendarDay) => void; onYear: () => void }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const done = { onSuccess: () => void queries.invalidateQueries({ queryKey: keys.calendars }), onError: (err: unknown) => void message.error(fault(err)) };
  const clear = useMutation({ mutationFn: (date: string) => api.delete<CalendarYear>(`/calendars/${y.calendar.code}/days/${date}`), ...done });
  const withdraw = useMutation({ mutationFn: () => api.delete<CalendarYear>(`/calendar-years/${y.year}`), ...done });
  const weekday = (date: string) => new Intl.DateTimeFormat(english ? 'en' : 'zh-CN', { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
  const columns: TableColumnsType<CalendarDay> = [
    { title: t('calendar.date'), key: 'date', width: 170, render: (_, d) => <span className="num">{d.date} {weekday(d.date)}</span> },
    { title: t('calendar.kind'), key: 'kind', width: 130, render: (_, d) => <Tag tone={d.working ? 'blue' : 'green'}>{t(d.working ? 'calendar.working' : 'calendar.off')}</Tag> },
    { title: t('calendar.name'), key: 'name', render: (_, d) => (english ? d.name_en : d.name_zh) || '—' },
    { title: t('calendar.from'), key: 'from', width: 150, render: (_, d) => (d.set ? <Tag tone="amber">{t('calendar.set')}</Tag> : <span className="faint">{t('calendar.data')}</span>) },
    ...(admin ? [{
      title: <span className="unseen">{t('common.edit')}</span>, key: 'act', width: 150, align: 'right' as const, render: (_: unknown, d: CalendarDay) => (
        <>
          <Button type="link" size="small" aria-label={t('calendar.editOf', { date: d.date })} onClick={() => onDay(d)}>{t('common.edit')}</Button>
          {d.set && <Button type="link" size="small" danger aria-label={t('calendar.clearOf', { date: d.date })} onClick={() => clear.mutate(d.date)}>{t('calendar.clear')}</Button>}
        </>
      ),
    }] : []),
  ];
  return (
    <Panel label={t('calendar.yearOf', { year: y.year })}>
      <div className="calendar-head">
        <h2>{t('calendar.yearOf', { year: y.year })}</h2>
        {y.announced ? <Tag tone="green">{y.source ? t('calendar.entered') : t('calendar.announced')}</Tag> : <Tag tone="amber">{t('calendar.unknown')}</Tag>}
        <span className="num">{t('calendar.workingDays', { n: y.working_days })}</span>
        {y.source && <span className="faint">{y.source} · <TimeText at={y.entered_at} /></span>}
        {admin && !y.announced && y.calendar.base === 'house' && <Button size="small" onClick={onYear}>{t('calendar.enter')}</Button>}
        {admin && y.source && <Popconfirm title={t('calendar.withdrawSure')} onConfirm={() => withdraw.mutate()}><Button size="small">{t('calendar.withdraw')}</Button></Popconfirm>}
      </div>
      {!y.announced && <Alert type="warning" showIcon className="gap-below" title={t('calendar.unknownMeans')} />}
      {y.days.length === 0 ? <Nothing text={t('calendar.noDays')} /> : <Table<CalendarDay> size="small" rowKey="date" columns={columns} dataSource={y.days} pagination={false} scroll={{ x: 'max-content' }} />}
    </Panel>
  );
}
