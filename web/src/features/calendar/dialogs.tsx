import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Input, Modal, Radio } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { CalendarDay, CalendarList, CalendarYear } from '@/api/types';
import { useFaultText } from '@/components/Fault';

/** Sends a change of the calendars and closes; every answer makes them stale. */
function useChange<T>(send: () => Promise<T>, onClose: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.calendars });
      onClose();
    },
  });
}

function Dialog({ title, ok, change, ready, onClose, children }: { title: string; ok: string; change: { error: unknown; isPending: boolean; mutate: () => void }; ready: boolean; onClose: () => void; children: ReactNode }) {
  const fault = useFaultText();
  return (
    <Modal open title={title} onCancel={onClose} okText={ok} okButtonProps={{ disabled: !ready, loading: change.isPending }} onOk={() => change.mutate()}>
      {change.error ? <Alert type="error" showIcon className="gap-below" title={fault(change.error)} /> : null}
      {children}
    </Modal>
  );
}

/** Makes a day a working day or not; it is logged. */
export function DayDialog({ code, year, day, onClose }: { code: string; year: number; day?: CalendarDay; onClose: () => void }) {
  const { t } = useTranslation();
  const [date, setDate] = useState(day?.date ?? `${year}-01-01`);
  const [working, setWorking] = useState(day?.working ?? false);
  const [name, setName] = useState(day?.name_zh ?? '');
  const change = useChange(() => api.put<CalendarYear>(`/calendars/${code}/days/${date}`, { working, name: name.trim() }), onClose);
  return (
    <Dialog title={t('calendar.setDay')} ok={t('common.save')} change={change} ready={/^\d{4}-\d\d-\d\d$/.test(date)} onClose={onClose}>
      <label className="field"><span>{t('calendar.date')}</span><Input type="date" value={date} disabled={!!day} onChange={(e) => setDate(e.target.value)} /></label>
      <Radio.Group className="gap-below" aria-label={t('calendar.kind')} value={working} onChange={(e) => setWorking(Boolean(e.target.value))} options={[{ value: false, label: t('calendar.off') }, { value: true, label: t('calendar.working') }]} />
      <label className="field"><span>{t('calendar.name')}</span><Input value={name} maxLength={30} onChange={(e) => setName(e.target.value)} /></label>
    </Dialog>
  );
}

/** Another calendar: of a branch with days of its own, or of customers who have no public holidays here. */
export function NewCalendarDialog({ onClose, onMade }: { onClose: () => void; onMade: (code: string) => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [zh, setZh] = useState('');
  const [en, setEn] = useState('');
  const [base, setBase] = useState('house');
  const change = useChange(() => api.post<CalendarList>('/calendars', { code: code.trim(), name_zh: zh.trim(), name_en: en.trim(), base }), () => { onMade(code.trim()); onClose(); });
  return (
    <Dialog title={t('calendar.newCalendar')} ok={t('common.save')} change={change} ready={/^[a-z0-9][a-z0-9-]*$/.test(code.trim()) && !!zh.trim() && !!en.trim()} onClose={onClose}>
      <label className="field"><span>{t('calendar.code')}</span><Input value={code} maxLength={40} placeholder="guangxi" onChange={(e) => setCode(e.target.value)} /></label>
      <label className="field"><span>{t('calendar.nameZh')}</span><Input value={zh} maxLength={30} onChange={(e) => setZh(e.target.value)} /></label>
      <label className="field"><span>{t('calendar.nameEn')}</span><Input value={en} maxLength={60} onChange={(e) => setEn(e.target.value)} /></label>
      <Radio.Group aria-label={t('calendar.base')} value={base} onChange={(e) => setBase(String(e.target.value))} options={[{ value: 'house', label: t('calendar.baseOf.house') }, { value: 'weekdays', label: t('calendar.baseOf.weekdays') }]} />
    </Dialog>
  );
}

/** The notice of a year has been entered by hand: the warning ends. */
export function YearDialog({ year, onClose }: { year: number; onClose: () => void }) {
  const { t } = useTranslation();
  const [source, setSource] = useState('');
  const change = useChange(() => api.put<CalendarYear>(`/calendar-years/${year}`, { source: source.trim() }), onClose);
  return (
    <Dialog title={t('calendar.enterOf', { year })} ok={t('calendar.enter')} change={change} ready={!!source.trim()} onClose={onClose}>
      <p>{t('calendar.enterMeans')}</p>
      <label className="field"><span>{t('calendar.source')}</span><Input value={source} maxLength={150} onChange={(e) => setSource(e.target.value)} /></label>
    </Dialog>
  );
}
