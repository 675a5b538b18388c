import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n';
import { refusalOf, wrongOf } from './wrong';

/** The text of what is wrong with a value; what the server said where there is none. */
export function useWrongText(): (message: string) => string {
  const { t } = useTranslation();
  const word = useWord();
  return (message) => {
    const refusal = refusalOf(message);
    if (refusal) return `${word('reason', refusal.reason)}${t('fault.rule', { rule: refusal.rule })}`;
    const known = wrongOf(message);
    return known ? t(`tasks.wrong.${known.wrong}`, { n: known.params.n ?? '' }) : message;
  };
}
