import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useReviews } from '@/api/queries';
import type { LedgerRow, Review } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { RecordHistory } from './RecordHistory';

/** One record of the ledger with its reviews. Rule C-25. */
export function RecordDrawer({ row: r, onClose }: { row: LedgerRow; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const language = useLanguage();
  const me = useMe();
  const p = r.plant;
  const reviews = useReviews(r.id);
  const mayOpen = hasRole(me, 'agent', 'supervisor', 'inspector', 'auditor');
  const mayHear = hasRole(me, 'inspector', 'auditor', 'records_head');
  return (
    <Drawer open size={640} title={t('ledger.one', { number: r.number || t('ledger.noNumber') })} onClose={onClose}>
      <Facts
        rows={[
          [t('ledger.at'), <TimeText key="a" at={r.contacted_at} />],
          [t('ledger.customer'), `${r.customer.name} · ${r.customer_code}`],
          [t('ledger.program'), language === 'en' ? r.program_name_en : r.program_name_zh],
          [t('ledger.agent'), [r.agent.name, r.department?.name].filter(Boolean).join(' · ')],
          [t('ledger.result'), <span key="r" className="row">{word('disposition', r.disposition)}{r.version > 1 && <Tag tone="amber">{t('ledger.corrected', { n: r.version })}</Tag>}</span>],
          [t('record.content'), r.content], [t('record.problems'), r.problems], [t('record.handling'), r.handling], [t('record.deviation'), r.deviation],
          [t('ledger.score'), r.score ?? ''],
          [t('ledger.contract'), p.contract_key], [t('ledger.equipment'), p.equipment_key && [p.equipment_key, p.others > 0 && t('ledger.others', { n: p.others })].filter(Boolean).join(' · ')],
          [t('ledger.project'), p.project], [t('ledger.model'), [p.model, p.quantity > 0 && `× ${p.quantity}`].filter(Boolean).join(' ')], [t('ledger.amount'), p.amount_cents > 0 ? (p.amount_cents / 100).toLocaleString(language, { minimumFractionDigits: 2 }) : ''],
          [t('ledger.shipped'), p.shipped_on], [t('ledger.commissioned'), p.commissioned_on],
          [t('ledger.responsible'), [p.responsible, p.responsible_phone].filter(Boolean).join(' · ')], [t('ledger.site'), [p.site_contact, p.site_phone].filter(Boolean).join(' · ')],
          [t('ledger.slips'), r.slips.length > 0 ? <Link key="s" to={`/slips?call_id=${r.call_id}`}>{r.slips.join(', ')}</Link> : ''],
          [t('ledger.call'), <span key="c" className="row">{mayOpen && <Link to={`/calls/${r.call_id}`}>{t('ledger.toCall')}</Link>}{mayHear && r.recording_id && <Link to={`/recordings/${r.recording_id}`}>{t('ledger.toRecording')}</Link>}</span>],
        ]}
      />
      <RecordHistory id={r.id} slips />
      <section className="slip-step" aria-label={t('ledger.reviews')}>
        <h3>{t('ledger.reviews')}</h3>
        <Load query={reviews} rows={2}>{(d) => (d.reviews.length === 0 ? <p className="faint">{t('ledger.noReviews')}</p> : <ol className="slip-history">{d.reviews.map((v) => <li key={v.id}><TimeText at={v.at} kind="full" /> {v.by.name} <StateTag group="verdict" value={v.verdict} /><div className="slip-said">{v.opinion}</div></li>)}</ol>)}</Load>
      </section>
      {hasRole(me, 'supervisor', 'inspector') && r.agent.id !== me.user.id && <Write id={r.id} />}
    </Drawer>
  );
}

function Write({ id }: { id: string }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [opinion, setOpinion] = useState('');
  const review = useMutation({
    mutationFn: (verdict: Review['verdict']) => api.post<Review>(`/records/${id}/reviews`, { verdict, opinion: opinion.trim() }),
    onSuccess: () => { setOpinion(''); void queries.invalidateQueries({ queryKey: keys.ledger }); },
  });
  return (
    <section className="slip-step" aria-label={t('ledger.write')}>
      <h3>{t('ledger.write')}</h3>
      {review.error && <Alert type="error" showIcon className="gap-below" title={fault(review.error)} />}
      <label className="field"><span>{t('ledger.opinion')}</span><Input.TextArea rows={2} maxLength={3000} value={opinion} onChange={(e) => setOpinion(e.target.value)} /></label>
      <span className="row">
        <Button type="primary" loading={review.isPending} onClick={() => review.mutate('agreed')}>{t('ledger.agree')}</Button>
        <Button disabled={!opinion.trim()} loading={review.isPending} onClick={() => review.mutate('remarked')}>{t('ledger.remark')}</Button>
      </span>
    </section>
  );
}
