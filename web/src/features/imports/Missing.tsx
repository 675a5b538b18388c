import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { FeedList } from '@/api/types';

export const useFeeds = () => useQuery({ queryKey: keys.feeds, refetchInterval: 60_000, queryFn: ({ signal }) => api.get<FeedList>('/feeds', undefined, signal) });

/** Warns of weekly feeds that did not come by their day. Rule C-22. */
export function Missing() {
  const { t } = useTranslation();
  const feeds = useFeeds();
  const late = (feeds.data?.feeds ?? []).filter((f) => !f.ended_at && f.missing.length > 0);
  if (late.length === 0) return null;
  return (
    <Alert type="warning" showIcon className="gap-below" title={t('feeds.missing')}
      description={<ul className="feeds-missing">{late.map((f) => <li key={f.id}><Link to="/feeds">{f.name}</Link> · {f.department.name} · {t('feeds.weeks', { days: f.missing.join(', ') })}</li>)}</ul>} />
  );
}
