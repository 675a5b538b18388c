import { useTranslation } from 'react-i18next';
import { apiPath } from '@/api/client';
import type { Question } from '@/api/types';
import type { Visit } from '@/api/visits';
import { Facts } from '@/components/Facts';
import { TimeText } from '@/components/TimeText';
import { Attachments } from '@/features/attachments/Attachments';
import './visits.css';

/** A visit as it stands, with the signature and the photos. Rule C-26. */
export function VisitFacts({ visit: v, items = [] }: { visit: Visit; items?: Question[] }) {
  const { t } = useTranslation();
  const said = (item: Question) => {
    const a: unknown = (v.answers as Record<string, unknown>)[item.key];
    const one = (k: unknown) => item.choices.find((c) => c.key === k)?.label ?? (typeof k === 'string' || typeof k === 'number' ? String(k) : '');
    return Array.isArray(a) ? a.map(one).join(' · ') : one(a);
  };
  return (
    <section className="visit-facts" aria-label={v.number} data-visit={v.state}>
      <Facts
        rows={[
          [t('visits.number'), <span key="n" className="num">{v.number}</span>],
          [t('visits.at'), v.visited_at ? <TimeText key="t" at={v.visited_at} /> : ''],
          [t('visits.place'), v.place], [t('visits.met'), v.met], [t('visits.content'), v.content], [t('visits.problems'), v.problems], [t('visits.handling'), v.handling],
          ...items.map((i) => [i.label, said(i)] as const),
          [t('visits.score'), v.score ?? ''],
          [t('visits.agent'), v.agent.name],
          [t('visits.unsignedReason'), v.unsigned_reason],
          [t('visits.signedName'), v.signed_name],
        ]}
      />
      {v.signed_name && <img className="signature-picture" src={apiPath(`/visits/${v.id}/signature`)} alt={`${t('visits.asSigned')}: ${v.signed_name}`} />}
      <Attachments object="visit" id={v.id} />
    </section>
  );
}
