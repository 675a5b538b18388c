import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useHolds, useHoldsOf } from '@/api/queries';
import type { Hold, Recording } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Tag } from '@/components/StateTag';
import { ReasonModal } from './ReasonModal';
import './retention.css';

/** The holds that are on a recording, and for those who may, one more (Rule T-02). */
export function HoldStrip({ recording: r }: { recording: Recording }) {
  const { t } = useTranslation();
  const may = hasRole(useMe(), 'records_head', 'auditor');
  const holds = useHoldsOf(r.id);
  const [asking, setAsking] = useState(false);
  const on = holds.data?.holds ?? [];
  const over = r.state === 'expired' || r.state === 'deleted';
  if (on.length === 0 && (!may || over)) return null;
  return (
    <p className="hold-strip">
      {on.map((h) => <Tag key={h.id} tone="violet" title={t('retention.heldBy', { name: h.placed_by.name, reason: h.reason })}>{t('retention.held', { case: h.case })}</Tag>)}
      {may && !over && <Button size="small" onClick={() => setAsking(true)}>{t('retention.hold')}</Button>}
      {asking && <Place recording={r} onClose={() => setAsking(false)} />}
    </p>
  );
}

function Place({ recording: r, onClose }: { recording: Recording; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const open = (useHolds().data?.holds ?? []).filter((h) => !h.released_at);
  const [hold, setHold] = useState('');
  const [number, setNumber] = useState('');
  const [all, setAll] = useState(false);
  const place = useMutation({
    mutationFn: (reason: string) => {
      const what = all ? { recordings: [], customer_id: r.customer.id } : { recordings: [r.id] };
      return hold ? api.post<Hold>(`/holds/${hold}/recordings`, what) : api.post<Hold>('/holds', { case: number.trim(), reason, ...what });
    },
    onSuccess: () => { void message.success(t('retention.heldNow')); void queries.invalidateQueries({ queryKey: keys.holds }); onClose(); },
  });
  return (
    <ReasonModal title={t('retention.holdTitle')} ok={t('retention.hold')} needed={!hold} busy={place.isPending} error={place.error} onClose={onClose} onGo={(reason) => place.mutate(reason)}>
      <fieldset className="field"><legend>{t('retention.which')}</legend>
        <Radio.Group value={all} onChange={(e) => setAll(Boolean(e.target.value))} options={[{ value: false, label: t('retention.thisOne') }, { value: true, label: t('retention.ofCustomer') }]} />
      </fieldset>
      <label className="field"><span>{t('retention.to')}</span>
        <Select className="wide" value={hold} onChange={setHold} options={[{ value: '', label: t('retention.newCase') }, ...open.map((h) => ({ value: h.id, label: h.case }))]} />
      </label>
      {!hold && <label className="field"><span>{t('retention.case')}</span><Input maxLength={200} value={number} onChange={(e) => setNumber(e.target.value)} /></label>}
    </ReasonModal>
  );
}
