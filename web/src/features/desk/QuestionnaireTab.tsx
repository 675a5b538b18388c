import { useTranslation } from 'react-i18next';
import type { Question } from '@/api/types';
import { Nothing } from '@/components/Load';
import { Questions } from './Questions';
import type { DraftHandle } from './useRecordDraft';

/** The questions of the program. Answers belong to the record of a call; before one they can only be read. */
export function QuestionnaireTab({ items, record }: { items: Question[]; record: DraftHandle | null }) {
  const { t } = useTranslation();
  if (items.length === 0) return <Nothing text={t('questionnaire.empty')} />;
  return (
    <div className="questions">
      {!record && <p className="script-hint">{t('questionnaire.beforeCall')}</p>}
      <Questions items={items} place="question" answers={record?.draft.answers ?? {}} disabled={!record || record.locked} onChange={(answers) => record?.change({ answers })} />
    </div>
  );
}
