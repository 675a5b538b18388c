import { Checkbox, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Question } from '@/api/types';

export type Answers = Record<string, unknown>;

/** The program's questions, one below the other, for a finger. */
export function VisitQuestions({ items, answers, onChange }: { items: Question[]; answers: Answers; onChange: (answers: Answers) => void }) {
  const { t } = useTranslation();
  return (
    <ol className="visit-questions">
      {items.map((item) => (
        <li key={item.key}>
          <div id={`visit-q-${item.key}`}>{item.label}{item.required && <span className="needed" title={t('visits.needed')}>*<span className="unseen">{t('visits.needed')}</span></span>}</div>
          <Field item={item} value={answers[item.key]} onChange={(v) => onChange({ ...answers, [item.key]: v })} />
        </li>
      ))}
    </ol>
  );
}

function Field({ item, value, onChange }: { item: Question; value: unknown; onChange: (v: unknown) => void }) {
  const label = { 'aria-labelledby': `visit-q-${item.key}` };
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const kind: string = item.kind;
  switch (kind) {
    case 'number':
      return <Input {...label} inputMode="decimal" value={text} onChange={(e) => onChange(e.target.value === '' || Number.isNaN(Number(e.target.value)) ? e.target.value : Number(e.target.value))} />;
    case 'date':
      return <Input {...label} type="date" value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'text':
      return <Input.TextArea {...label} rows={2} maxLength={2000} value={text} onChange={(e) => onChange(e.target.value)} />;
    case 'choices':
      return <Checkbox.Group {...label} value={Array.isArray(value) ? (value as string[]) : []} onChange={(v) => onChange(v)} options={item.choices.map((c) => ({ value: c.key, label: c.label }))} />;
    default:
      return <Radio.Group {...label} value={text} onChange={(e) => onChange(String(e.target.value))} options={item.choices.map((c) => ({ value: c.key, label: c.label }))} />;
  }
}
