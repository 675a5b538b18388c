import { CloseCircleFilled, WarningFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useSystem } from '@/api/queries';
import { hasRole, useMe, useSite } from '@/app/session';
import { formatTime } from '@/app/time';
import { useWord } from '@/i18n';
import { formatBytes, isReminder, troublesOf, type Trouble } from './troubles';
import './system.css';

/** One line under the top bar on what does not work right now; nothing while all works. Rules T-01, T-02, T-05, T-07. */
export function SystemStrip() {
  const { zone } = useSite();
  const { data } = useSystem();
  const text = useTroubleText();
  const me = useMe();
  const planner = hasRole(me, 'supervisor', 'administrator'); // who can do something about the calendar
  const troubles = data ? troublesOf(data, zone).filter((trouble) => planner || !isReminder(trouble)) : [];
  return (
    <div role="status" aria-live="polite">
      {troubles.length > 0 && (
        <ul className={`strip strip-${troubles[0]?.tone ?? 'amber'} system-strip`}>
          {troubles.map((trouble) => (
            <li key={trouble.kind} data-trouble={trouble.kind} data-tone={trouble.tone}>
              <span aria-hidden="true">{trouble.tone === 'red' ? <CloseCircleFilled /> : <WarningFilled />}</span>
              <span>{text(trouble)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A trouble in a sentence, with what follows from it. */
export function useTroubleText(): (trouble: Trouble) => string {
  const { t } = useTranslation();
  const { zone } = useSite();
  const word = useWord();
  return (trouble) => {
    switch (trouble.kind) {
      case 'recorder': return t('system.trouble.recorder', { reason: word('recorderReason', trouble.reason) });
      case 'worm': return t('system.trouble.worm', { worm: word('worm', trouble.worm) });
      case 'storage':
        return trouble.count > 0
          ? t('system.trouble.backlog', { n: trouble.count, bytes: formatBytes(trouble.bytes), oldest: formatTime(trouble.oldestAt, zone, 'short') })
          : t('system.trouble.storage');
      case 'trunk': return t(trouble.tone === 'red' ? 'system.trouble.trunks' : 'system.trouble.trunk', { names: trouble.names.join(t('system.comma')) });
      case 'noTrunk': return t('system.trouble.noTrunk');
      case 'keys': return t('system.trouble.keys', { names: trouble.names.join(t('system.comma')) });
      case 'plain': return t('system.trouble.plain');
      default: return t('system.trouble.calendar', { year: trouble.year });
    }
  };
}
