import { useTranslation } from 'react-i18next';
import { asApiError } from '@/api/errors';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';
import { isConflict, refusalOf, wrongOf } from './wrong';

/** The text of what is wrong with a value; what the server said where there is none. */
export function useWrongText(): (message: string) => string {
  const { t } = useTranslation();
  const word = useWord();
  return (message) => {
    const refusal = refusalOf(message);
    if (refusal) return `${isConflict(refusal.reason) ? t(`tasks.conflict.${refusal.reason}`) : word('reason', refusal.reason)}${t('fault.rule', { rule: refusal.rule })}`;
    const known = wrongOf(message);
    return known ? t(`tasks.wrong.${known.wrong}`, { n: known.params.n ?? '' }) : message;
  };
}

/** Why an assignment failed, as it is said of somebody else: elsewhere the texts of Rule C-15 speak to the agent. */
export function useAssignFault(): (err: unknown) => string {
  const { t } = useTranslation();
  const fault = useFaultText();
  const wrong = useWrongText();
  return (thrown) => {
    const err = asApiError(thrown);
    if (isConflict(err.reason)) return `${t(`tasks.conflict.${err.reason}`)}${err.rule ? t('fault.rule', { rule: err.rule }) : ''}`;
    return Object.values(err.fields).map(wrong).join(' ') || fault(err);
  };
}
