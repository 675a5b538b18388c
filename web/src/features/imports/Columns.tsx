import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportDetail } from '@/api/types';
import { useLanguage } from '@/i18n';

/** Which column of the file holds which field. What is chosen is remembered for the words of the header. */
export function Columns({ detail, busy, onChoose }: { detail: ImportDetail; busy: boolean; onChoose: (mapping: Record<string, number>) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [mapping, setMapping] = useState<Record<string, number>>(detail.import.mapping);
  const changed = JSON.stringify(Object.entries(mapping).sort()) !== JSON.stringify(Object.entries(detail.import.mapping).sort());
  const set = (name: string, column?: number) => setMapping((was) => {
    const next = Object.fromEntries(Object.entries(was).filter(([other, at]) => other !== name && at !== column));
    return column === undefined ? next : { ...next, [name]: column };
  });
  return (
    <section className="import-part" aria-label={t('imports.columns')}>
      <h3>{t('imports.columns')}</h3>
      <div className="import-columns">
        {detail.fields.map((f) => {
          const title = language === 'en' ? f.title_en : f.title_zh;
          return (
            <label key={f.name} className="field"><span>{title}{f.required && <span className="needed"> *</span>}</span>
              <Select allowClear aria-label={title} placeholder={t('imports.none')} popupMatchSelectWidth={false} value={mapping[f.name]} onChange={(v?: number) => set(f.name, v)}
                options={detail.import.header.map((h, i) => ({ value: i, label: h || t('imports.nth', { n: i + 1 }) }))} />
            </label>
          );
        })}
      </div>
      <Button disabled={!changed} loading={busy} onClick={() => onChoose(mapping)}>{t('imports.checkAgain')}</Button>
    </section>
  );
}
