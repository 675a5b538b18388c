import { useSite } from '@/app/session';
import { formatTime } from '@/app/time';

/** A time in the site's zone, with its machine-readable form. */
export function TimeText({ at, kind = 'minute' }: { at: string | null | undefined; kind?: Parameters<typeof formatTime>[2] }) {
  const { zone } = useSite();
  if (!at) return <span className="faint">—</span>;
  return <time className="num" dateTime={at} title={formatTime(at, zone, 'full')}>{formatTime(at, zone, kind)}</time>;
}
