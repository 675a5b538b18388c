import { DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Popover } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useSavedSearches } from '@/api/queries';
import type { SavedSearch, SavedSearches as Saved } from '@/api/types';
import { Fault } from '@/components/Fault';

type Filter = Record<string, string>;
interface Props { filter: Filter; onPick: (filter: Filter) => void }

/** Searches of one's own to come back to. One that ends today is kept as the last so many days. */
export function SavedSearches({ filter, onPick }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'list' | 'save' | ''>('');
  const { data } = useSavedSearches();
  const set = Object.fromEntries(Object.entries(filter).filter(([, v]) => v));
  const days = span(set);
  const save = useMutation({
    mutationFn: ({ name, moving }: { name: string; moving?: boolean }) => api.post<Saved>('/saved-searches', { name, filter: days && moving !== false ? relative(set, days) : set }),
    onSuccess: (answer) => { queries.setQueryData(keys.savedSearches, answer); setOpen(''); },
  });
  const drop = useMutation({
    mutationFn: (s: SavedSearch) => api.delete(`/saved-searches/${s.id}`),
    onSuccess: (_, s) => queries.setQueryData<Saved>(keys.savedSearches, (old) => old && { searches: old.searches.filter((one) => one.id !== s.id) }),
  });
  const list = (
    <div className="saved">
      {data?.searches.length === 0 && <span className="faint">{t('recordings.noneSaved')}</span>}
      {data?.searches.map((s) => (
        <span key={s.id}>
          <Button type="link" onClick={() => { setOpen(''); onPick(absolute(s.filter)); }}>{s.name}</Button>
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('recordings.forget', { name: s.name })} onClick={() => drop.mutate(s)} />
        </span>
      ))}
      {drop.error && <Fault compact error={drop.error} />}
    </div>
  );
  const form = (
    <Form className="saved" layout="vertical" onFinish={(v: { name: string; moving?: boolean }) => save.mutate({ ...v, name: v.name.trim() })}>
      <Form.Item name="name" label={t('recordings.saveName')} rules={[{ required: true, whitespace: true, message: '' }]}><Input maxLength={60} autoComplete="off" /></Form.Item>
      {days > 0 && <Form.Item name="moving" valuePropName="checked" initialValue><Checkbox>{t('recordings.moving', { n: days })}</Checkbox></Form.Item>}
      <Button type="primary" htmlType="submit" loading={save.isPending}>{t('recordings.save')}</Button>
      {save.error && <Fault compact error={save.error} />}
    </Form>
  );
  const shown = (which: 'list' | 'save') => ({ open: open === which, onOpenChange: (on: boolean) => setOpen(on ? which : ''), trigger: 'click' as const, destroyOnHidden: true });
  return (
    <>
      <Popover content={list} {...shown('list')}><Button>{t('recordings.saved')}</Button></Popover>
      {Object.keys(set).length > 0 && <Popover content={form} {...shown('save')}><Button type="link">{t('recordings.save')}</Button></Popover>}
    </>
  );
}

const day = 'YYYY-MM-DD';

/** How many days a search that ends today covers; 0: it does not, or has no beginning. */
function span({ from, to }: Filter): number {
  const today = dayjs().startOf('day');
  return from && (!to || to === today.format(day)) ? today.diff(dayjs(from), 'day') + 1 : 0;
}

function relative({ from: _from, to: _to, ...rest }: Filter, days: number): Filter {
  return { ...rest, days: String(days) };
}

function absolute({ days, ...rest }: Filter): Filter {
  return days ? { ...rest, from: dayjs().subtract(Number(days) - 1, 'day').format(day), to: '' } : rest;
}
