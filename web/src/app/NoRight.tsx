import { LockOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

/** A page that the reader's roles do not open (Rule S-01). */
export function NoRight() {
  const { t } = useTranslation();
  return (
    <div className="page no-right" role="alert">
      <LockOutlined aria-hidden="true" />
      <h1>{t('noRight.title')}</h1>
      <p>{t('noRight.text')}</p>
    </div>
  );
}
