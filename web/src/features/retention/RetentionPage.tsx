import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { ExpiryPanels } from './ExpiryPanels';
import { Holds } from './Holds';
import './retention.css';

/** How long recordings are kept: legal holds, and what is over (Rule T-02). */
export default function RetentionPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('retention.title')} note={t('retention.note')} quiet>
      <Holds />
      <ExpiryPanels />
    </Page>
  );
}
