import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PaperBody } from '@/api/types';
import { Nothing } from '@/components/Load';
import { progress, redFlags, type Answers } from '@/features/desk/branching';
import { Questions } from '@/features/desk/Questions';
import { useLanguage, useWord } from '@/i18n';
import { asQuestions, filled } from './draft';

/** What the agent sees, live: questions can be answered to try the branches. */
export function Preview({ body, script, variant }: { body: PaperBody; script: boolean; variant: number }) {
  const { t } = useTranslation();
  const word = useWord();
  const language = useLanguage();
  const [answers, setAnswers] = useState<Answers>({});
  const spoken = body.variants[variant - 1] ?? body;
  if (script) {
    const names = { customer: t('papers.example.customer'), agent: t('papers.example.agent'), staff_number: '1001', company: t('papers.example.company'), purpose: t('papers.example.purpose'), program: t('papers.example.purpose') };
    const parts = spoken[language];
    return parts.length === 0 ? <Nothing text={t('papers.nothing')} /> : (
      <div className="script">{parts.map((p, i) => <section key={p.key} className="script-part"><h3><span className="num script-step">{i + 1}</span>{p.title}</h3><p>{filled(p.text, names)}</p></section>)}</div>
    );
  }
  const items = asQuestions(body.items, language, (key) => word('answer', key));
  const { n, of } = progress(items, answers);
  if (items.length === 0) return <Nothing text={t('papers.nothing')} />;
  return (
    <div className="questions">
      <p className="faint" role="status">{t('papers.tried', { n, of, flags: redFlags(items, answers).length })}</p>
      <Questions items={items} answers={answers} place="preview" disabled={false} onChange={setAnswers} />
    </div>
  );
}
