import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { useSite } from '@/app/session';
import { fromWall } from '@/app/time';

export interface Days { from: string; to: string }

/** Picks days of the site's calendar; a side may stay open. Values are YYYY-MM-DD or empty. */
export function DayRange({ value, onChange }: { value: Days; onChange: (days: Days) => void }) {
  const { t } = useTranslation();
  const day = (text: string) => (text ? dayjs(text) : null);
  return (
    <DatePicker.RangePicker
      aria-label={t('common.from')}
      allowEmpty={[true, true]}
      placeholder={[t('common.from'), t('common.to')]}
      value={[day(value.from), day(value.to)]}
      onChange={(days) => onChange({ from: days?.[0]?.format('YYYY-MM-DD') ?? '', to: days?.[1]?.format('YYYY-MM-DD') ?? '' })}
    />
  );
}

/** The instants at which the days begin and end in the site's zone, as the API wants them: from included, to excluded. */
export function usePeriod({ from, to }: Days): { from?: string; to?: string } {
  const { zone } = useSite();
  return {
    ...(from ? { from: fromWall(dayjs(from).startOf('day'), zone) } : {}),
    ...(to ? { to: fromWall(dayjs(to).startOf('day').add(1, 'day'), zone) } : {}),
  };
}
