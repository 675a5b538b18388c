import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { asApiError, type ApiError } from '@/api/errors';
import { useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { useWord } from '@/i18n';

/** What went wrong, in the reader's language: the reason, its rule, and when it would be allowed. */
export function useFaultText(): (err: unknown) => string {
  const word = useWord();
  const { t } = useTranslation();
  const { zone } = useSite();
  return (thrown) => {
    const err = asApiError(thrown);
    const parts = [headline(err, word)];
    if (err.allowedAt) parts.push(t('fault.allowedAt', { at: formatTime(err.allowedAt, zone, 'minute') }));
    if (err.rule) parts.push(t('fault.rule', { rule: err.rule }));
    if (err.problem?.ref) parts.push(t('fault.ref', { ref: err.problem.ref }));
    return parts.join(' ');
  };
}

function headline(err: ApiError, word: ReturnType<typeof useWord>): string {
  if (!err.reason) return word('code', err.code);
  const text = word('reason', err.reason, err.problem?.params ?? {});
  return text === err.reason ? word('code', err.code) : text;
}

/** A failed read: says what failed and offers to try again. */
export function Fault({ error, again, compact = false }: { error: unknown; again?: () => void; compact?: boolean }) {
  const { t } = useTranslation();
  const text = useFaultText();
  const err = asApiError(error);
  return (
    <Alert
      type={err.code === 'forbidden' ? 'warning' : 'error'}
      showIcon
      role="alert"
      className={compact ? 'fault fault-compact' : 'fault'}
      title={text(error)}
      description={err.code === 'internal' || err.code === 'unreadable' ? err.message : undefined}
      action={again && err.code !== 'forbidden' && err.code !== 'not_found' ? <Button size="small" onClick={again}>{t('common.again')}</Button> : undefined}
    />
  );
}
