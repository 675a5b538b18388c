import { DatePicker, Input, InputNumber, Radio } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Question } from '@/api/types';
import { Nothing } from '@/components/Load';
import { Tag } from '@/components/StateTag';
import type { Answer } from './recordDraft';
import type { DraftHandle } from './useRecordDraft';

/** The questions of the program. Answers belong to the record of a call; before one they can only be read. */
export function QuestionnaireTab({ items, record }: { items: Question[]; record: DraftHandle | null }) {
  const { t } = useTranslation();
  if (items.length === 0) return <Nothing text={t('questionnaire.empty')} />;
  return (
    <div className="questions">
      {!record && <p className="script-hint">{t('questionnaire.beforeCall')}</p>}
      <ol>
        {items.map((item) => (
          <li key={item.key} id={`question-${item.key}`}>
            <div className="question-label" id={`label-${item.key}`}>
              {item.label}
              {item.required && <span className="needed" title={t('questionnaire.required')}>*<span className="unseen">{t('questionnaire.required')}</span></span>}
              {item.red_flag && <Tag tone="red">{t('questionnaire.redFlag')}</Tag>}
            </div>
            <AnswerField item={item} value={record?.draft.answers[item.key]} disabled={!record || record.locked}
              onChange={(value) => record?.change({ answers: { ...record.draft.answers, [item.key]: value } })} />
          </li>
        ))}
      </ol>
    </div>
  );
}

interface FieldProps { item: Question; value: Answer | undefined; disabled: boolean; onChange: (value: Answer) => void }

function AnswerField({ item, value, disabled, onChange }: FieldProps) {
  const label = { 'aria-labelledby': `label-${item.key}` };
  switch (item.kind) {
    case 'number':
      return <InputNumber {...label} disabled={disabled} value={typeof value === 'number' ? value : null} onChange={(n) => onChange(n ?? '')} />;
    case 'date':
      return <DatePicker {...label} disabled={disabled} value={typeof value === 'string' && value ? dayjs(value) : null} onChange={(d) => onChange(d ? d.format('YYYY-MM-DD') : '')} />;
    case 'text':
      return <Input.TextArea {...label} disabled={disabled} rows={1} className="grow" maxLength={2000} value={typeof value === 'string' ? value : ''} onChange={(e) => onChange(e.target.value)} />;
    default:
      return (
        <Radio.Group {...label} disabled={disabled} optionType="button" size="small" value={value ?? ''} onChange={(e) => onChange(String(e.target.value))}
          options={item.choices.map((c) => ({ value: c.key, label: c.label }))} className={`choice-${item.kind}`} />
      );
  }
}
