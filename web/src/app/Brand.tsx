import { useTranslation } from 'react-i18next';

export function Brand({ big = false }: { big?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={big ? 'brand brand-big' : 'brand'}>
      <img src="/favicon.svg" alt="" width={big ? 40 : 26} height={big ? 40 : 26} />
      <span>{t('shell.brand')}</span>
    </div>
  );
}
