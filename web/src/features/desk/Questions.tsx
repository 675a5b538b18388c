import { Checkbox, DatePicker, Input, InputNumber, Radio } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { Question } from '@/api/types';
import { Tag } from '@/components/StateTag';
import { asked, outside, redFlags, type Answer, type Answers } from './branching';

interface Props {
  items: readonly Question[];
  answers: Answers;
  /** Before the keys, in the ids of the page: question-KEY. */
  place: string;
  disabled: boolean;
  errorOf?: (key: string) => string;
  onChange: (answers: Answers) => void;
}

/** Questions with their answers; those of a closed branch are not there. Rules C-10, C-16. */
export function Questions({ items, answers, place, disabled, errorOf, onChange }: Props) {
  const { t } = useTranslation();
  const flagged = redFlags(items, answers);
  return (
    <ol>
      {asked(items, answers).map((item) => (
        <li key={item.key} id={`${place}-${item.key}`} className={item.ask_if ? 'question-branch' : undefined}>
          <div className="question-label" id={`${place}-label-${item.key}`}>
            {item.label}
            {item.required && <span className="needed" title={t('questionnaire.required')}>*<span className="unseen">{t('questionnaire.required')}</span></span>}
            {item.red_flag && <Tag tone="red">{t(flagged.includes(item.key) ? 'questionnaire.redFlagged' : 'questionnaire.redFlag')}</Tag>}
            {item.prefill && <span className="faint">{t('questionnaire.prefill')}</span>}
          </div>
          <AnswerField item={item} place={place} value={answers[item.key]} disabled={disabled} onChange={(value) => onChange({ ...answers, [item.key]: value })} />
          {outside(item, answers[item.key]) && <p className="field-error" role="alert"><Limits item={item} /></p>}
          {errorOf?.(item.key) && <p className="field-error" role="alert">{errorOf(item.key)}</p>}
        </li>
      ))}
    </ol>
  );
}

function Limits({ item }: { item: Question }) {
  const { t } = useTranslation();
  if (item.min !== null && item.max !== null) return <>{t('questionnaire.between', { min: item.min, max: item.max })}</>;
  return <>{item.min !== null ? t('questionnaire.least', { min: item.min }) : t('questionnaire.most', { max: item.max ?? '' })}</>;
}

interface FieldProps { item: Question; place: string; value: Answer | undefined; disabled: boolean; onChange: (value: Answer) => void }

function AnswerField({ item, place, value, disabled, onChange }: FieldProps) {
  const label = { 'aria-labelledby': `${place}-label-${item.key}` };
  switch (item.kind) {
    case 'number':
      return (
        <span className="row">
          <InputNumber {...label} disabled={disabled} value={typeof value === 'number' ? value : null} onChange={(n) => onChange(n ?? '')} />
          {(item.min !== null || item.max !== null) && <span className="faint"><Limits item={item} /></span>}
        </span>
      );
    case 'date':
      return <DatePicker {...label} disabled={disabled} value={typeof value === 'string' && value ? dayjs(value) : null} onChange={(d) => onChange(d ? d.format('YYYY-MM-DD') : '')} />;
    case 'text':
      return <Input.TextArea {...label} disabled={disabled} rows={1} className="grow" maxLength={2000} value={typeof value === 'string' ? value : ''} onChange={(e) => onChange(e.target.value)} />;
    case 'choices':
      return (
        <div role="group" {...label}>
          <Checkbox.Group disabled={disabled} value={Array.isArray(value) ? value : []} onChange={(list: string[]) => onChange(list)} options={item.choices.map((c) => ({ value: c.key, label: c.label }))} />
        </div>
      );
    default:
      return (
        <Radio.Group {...label} disabled={disabled} optionType="button" size="small" value={value ?? ''} onChange={(e) => onChange(String(e.target.value))}
          options={item.choices.map((c) => ({ value: c.key, label: c.label }))} className={`choice-${item.kind}`} />
      );
  }
}
