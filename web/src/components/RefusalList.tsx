import { StopOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Refusal } from '@/api/types';
import { useWord } from '@/i18n';
import { TimeText } from './TimeText';

/** What stands against a call: the rule, the reason in words, and when it ends. */
export function RefusalList({ refusals, nextAllowedAt }: { refusals: Refusal[]; nextAllowedAt: string | null }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div className="refusals">
      <ul>
        {refusals.map((r) => (
          <li key={`${r.rule}-${r.reason}`} data-reason={r.reason} data-rule={r.rule}>
            <StopOutlined aria-hidden="true" className="tone-red" />
            <span>{word('reason', r.reason, r.params)}</span>
            {r.rule && <code className="rule" title={t('refusal.rule', { rule: r.rule })}>{r.rule}</code>}
          </li>
        ))}
      </ul>
      {nextAllowedAt && <p className="refusal-next">{t('refusal.next')} <strong><TimeText at={nextAllowedAt} /></strong></p>}
    </div>
  );
}
