import { DatePicker } from 'antd';
import type { Dayjs } from 'dayjs';
import { useSite } from '@/app/session';
import { fromWall, toWall } from '@/app/time';
import { serverNow } from '@/app/clock';

/** Picks an instant by the wall clock of the site; the value is RFC 3339. */
export function WallPicker({ value, onChange, id, future = false, label, status, placeholder }: {
  value?: string | null; onChange?: (value: string | null) => void; id?: string; future?: boolean; label?: string; status?: 'error'; placeholder?: string;
}) {
  const { zone } = useSite();
  const today = toWall(serverNow(), zone).startOf('day');
  return (
    <DatePicker
      id={id}
      aria-label={label}
      status={status}
      className="wide"
      placeholder={placeholder}
      showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format="YYYY-MM-DD HH:mm"
      value={value ? toWall(value, zone) : null}
      disabledDate={future ? (day: Dayjs) => day.isBefore(today) : undefined}
      onChange={(day) => onChange?.(day ? fromWall(day.second(0), zone) : null)}
    />
  );
}
