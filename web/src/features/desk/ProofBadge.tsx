import { useTranslation } from 'react-i18next';
import type { Proof } from '@/api/types';
import { Tag } from '@/components/StateTag';

/** "3 attempts, 2 windows, 2 dates": what stands between the task and "unreachable". Rule T-04. */
export function ProofBadge({ proof }: { proof: Proof }) {
  const { t } = useTranslation();
  return (
    <span data-counted={proof.counted} data-complete={proof.complete} title={t('proof.title')}>
      <Tag tone={proof.complete ? 'green' : proof.counted > 0 ? 'amber' : 'grey'}>
        <span className="num">{t('proof.text', { counted: proof.counted, needed: proof.needed, windows: proof.windows, dates: proof.dates })}</span>
      </Tag>
    </span>
  );
}
