import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useSuggestions } from '@/api/queries';
import { suggestionStates, type Suggestion } from '@/api/types';
import { useFilter } from '@/app/filter';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { Page } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import './papers.css';

/** Better wordings that agents suggest, and what became of them. Rule C-29. */
export default function SuggestionsPage() {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const decides = hasRole(me, 'supervisor', 'administrator');
  const [filter, change] = useFilter(['state'] as const);
  const suggestions = useSuggestions(filter.state);
  return (
    <Page title={t('suggestions.title')} note={t(decides ? 'suggestions.note' : 'suggestions.noteMine')}>
      <div className="filters"><Segmented value={filter.state} onChange={(state) => change({ state })} options={[{ value: '', label: t('suggestions.all') }, ...suggestionStates.map((s) => ({ value: s as string, label: word('suggestionState', s) }))]} /></div>
      <Load query={suggestions} rows={6}>
        {(data) => (data.suggestions.length === 0 ? <Nothing text={t('suggestions.empty')} /> : <ul className="suggestions">{data.suggestions.map((s) => <One key={s.id} suggestion={s} decides={decides} />)}</ul>)}
      </Load>
    </Page>
  );
}

function One({ suggestion: s, decides }: { suggestion: Suggestion; decides: boolean }) {
  const { t } = useTranslation();
  const english = useLanguage() === 'en';
  const fault = useFaultText();
  const queries = useQueryClient();
  const [answer, setAnswer] = useState('');
  const decide = useMutation({
    mutationFn: (act: 'accept' | 'decline') => api.post<Suggestion>(`/suggestions/${s.id}/${act}`, { answer: answer.trim() }),
    onSuccess: () => { void queries.invalidateQueries({ queryKey: keys.suggestions }); void queries.invalidateQueries({ queryKey: keys.papers }); },
  });
  const name = `${s.paper_code} ${english ? s.paper_name_en : s.paper_name_zh}`;
  return (
    <li className="panel suggestion" aria-label={t('suggestions.of', { name, by: s.by.name })}>
      <p className="row">
        <StateTag group="suggestionState" value={s.state} />
        {decides ? <Link to={`/papers/${s.paper_id}`}>{name}</Link> : <strong>{name}</strong>}
        <span className="faint">v{s.version} · {s.place}{s.variant > 0 && ` · ${t('papers.variantOf', { n: s.variant })}`} · {s.by.name} <TimeText at={s.at} /></span>
      </p>
      <div className="paper-both">
        <div><h3>{t('suggestions.was')}</h3><p className="suggestion-text" lang={s.language}>{s.was}</p></div>
        <div><h3>{t('suggestions.wording')}</h3><p className="suggestion-text" lang={s.language}>{s.wording}</p></div>
      </div>
      <p>{t('suggestions.reason')}: {s.reason}</p>
      {s.state !== 'open' && <p>{t('suggestions.answer')}: {s.answer || '—'} <span className="faint">{s.decided_by?.name} {s.decided_at && <TimeText at={s.decided_at} />}{s.draft_version > 0 && ` · ${t('suggestions.inDraft', { n: s.draft_version })}`}</span></p>}
      {s.state === 'open' && decides && (
        <>
          {decide.error && <Alert type="error" showIcon className="gap-below" title={fault(decide.error)} />}
          <label className="field"><span>{t('suggestions.answerTo', { name: s.by.name })}</span><Input.TextArea rows={1} maxLength={600} value={answer} onChange={(e) => setAnswer(e.target.value)} /></label>
          <span className="row">
            <Button type="primary" loading={decide.isPending} onClick={() => decide.mutate('accept')}>{t('suggestions.accept')}</Button>
            <Button disabled={!answer.trim()} loading={decide.isPending} onClick={() => decide.mutate('decline')}>{t('suggestions.decline')}</Button>
          </span>
        </>
      )}
    </li>
  );
}
