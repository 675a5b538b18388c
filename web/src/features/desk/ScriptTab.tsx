import { useTranslation } from 'react-i18next';
import type { Task } from '@/api/types';
import { Nothing } from '@/components/Load';
import { SuggestButton } from '@/features/papers/SuggestButton';

/** What to say, with the names filled in. Rule T-10. */
export function ScriptTab({ task }: { task: Task }) {
  const { t } = useTranslation();
  if (task.script.length === 0) return <Nothing text={t('script.empty')} />;
  return (
    <div className="script">
      {task.settings.recording_notice && <p className="script-hint">{t('script.notice')}</p>}
      {task.script.map((part, i) => (
        <section key={part.key} className="script-part">
          <h3><span className="num script-step">{i + 1}</span>{part.title}<SuggestButton source={task.script_of} place={part.key} title={part.title} text={part.text} /></h3>
          <p>{part.text}</p>
        </section>
      ))}
    </div>
  );
}
