import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** The end of a list that is read in pieces. */
export function More({ query, shown }: { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }; shown: number }) {
  const { t } = useTranslation();
  return (
    <div className="more">
      <span className="faint num">{t('common.shown', { n: shown })}</span>
      {query.hasNextPage && <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button>}
    </div>
  );
}
