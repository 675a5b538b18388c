import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useRecordHistory } from '@/api/queries';
import type { RecordHistory as History, RecordOut } from '@/api/types';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { TimeText } from '@/components/TimeText';
import { answersOf, coherent, type Answers } from '@/features/desk/branching';
import { Questions } from '@/features/desk/Questions';
import { useLanguage, useWord } from '@/i18n';

type Version = History['versions'][number];

/** The versions of a final record, the call-backs that it hangs together with, and the way to correct it. Rules C-01, C-17. */
export function RecordHistory({ id, slips }: { id: string; slips: boolean }) {
  const { t } = useTranslation();
  const history = useRecordHistory(id, useLanguage());
  const [open, setOpen] = useState(false);
  return (
    <Load query={history} rows={3}>
      {(h) => {
        const newest = h.versions[h.versions.length - 1];
        return (
          <>
            {h.chain.length > 0 && <Chain links={h.chain} own={id} slips={slips} />}
            {h.versions.length > 1 && (
              <section className="slip-step" aria-label={t('ledger.versionsTitle')}>
                <h3>{t('ledger.versionsTitle')}</h3>
                {[...h.versions].reverse().map((v) => <VersionFacts key={v.version} version={v} />)}
              </section>
            )}
            {h.may_correct && newest && (open
              ? <Correct key={newest.version} id={id} from={newest} history={h} onDone={() => setOpen(false)} />
              : <p><Button onClick={() => setOpen(true)}>{t('ledger.correct')}</Button></p>)}
          </>
        );
      }}
    </Load>
  );
}

function Chain({ links, own, slips }: { links: History['chain']; own: string; slips: boolean }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="slip-step" aria-label={t('ledger.chain')}>
      <h3>{t('ledger.chain')}</h3>
      <ol className="slip-history record-chain">
        {links.map((l) => (
          <li key={l.id} aria-current={l.id === own ? 'step' : undefined}>
            <TimeText at={l.at} /> {t(l.kind === 'slip' ? 'ledger.chainSlip' : 'ledger.chainRecord')}{' '}
            {l.id === own ? <b>{l.number}</b> : l.kind === 'slip' && slips ? <Link to="/slips">{l.number}</Link> : l.call_id ? <Link to={`/calls/${l.call_id}`}>{l.number}</Link> : l.number}{' '}
            <span className="faint">{word(l.kind === 'slip' ? 'slipState' : 'disposition', l.state)} {l.by}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function VersionFacts({ version: v }: { version: Version }) {
  const { t } = useTranslation();
  return (
    <>
      <p><b>{t('ledger.versionOf', { n: v.version })}</b> {v.by.name} <TimeText at={v.at} kind="full" />{v.reason && <> · {t('ledger.correctReason')}: {v.reason}</>}</p>
      <Facts rows={[[t('record.content'), v.content], [t('record.problems'), v.problems], [t('record.handling'), v.handling], [t('record.deviation'), v.deviation], [t('ledger.score'), v.score ?? '']]} />
    </>
  );
}

function Correct({ id, from, history: h, onDone }: { id: string; from: Version; history: History; onDone: () => void }) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [words, setWords] = useState({ content: from.content, problems: from.problems, handling: from.handling, deviation: from.deviation });
  const [answers, setAnswers] = useState<Answers>(() => answersOf(from.answers));
  const [fields, setFields] = useState<Answers>(() => answersOf(from.fields));
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () => api.post<RecordOut>(`/records/${id}/corrections`, {
      version: from.version, ...words, answers: coherent(h.sheet.questionnaire.items, answers), fields: coherent(h.sheet.form.items, fields), content_kinds: from.content_kinds, reason: reason.trim(),
    }),
    onSuccess: () => { for (const queryKey of [keys.ledger, keys.recordHistory(id)]) void queries.invalidateQueries({ queryKey }); onDone(); },
  });
  return (
    <section className="slip-step" aria-label={t('ledger.correct')}>
      <h3>{t('ledger.correct')}</h3>
      <p className="faint">{t('ledger.correctMeans')}</p>
      {send.error && <Alert type="error" showIcon className="gap-below" title={fault(send.error)} />}
      {(['content', 'problems', 'handling', 'deviation'] as const).map((name) => (
        <label key={name} className="field"><span>{t(`record.${name}`)}</span><Input.TextArea rows={2} maxLength={3000} value={words[name]} onChange={(e) => setWords({ ...words, [name]: e.target.value })} /></label>
      ))}
      <div className="questions">
        <Questions items={h.sheet.form.items} place="correct-field" answers={fields} disabled={false} onChange={setFields} />
        <Questions items={h.sheet.questionnaire.items} place="correct" answers={answers} disabled={false} onChange={setAnswers} />
      </div>
      <label className="field"><span>{t('ledger.correctReason')}<span className="needed" aria-hidden="true">*</span></span><Input.TextArea rows={2} maxLength={600} value={reason} onChange={(e) => setReason(e.target.value)} /></label>
      <span className="row">
        <Button type="primary" disabled={!reason.trim()} loading={send.isPending} onClick={() => send.mutate()}>{t('ledger.correctSave')}</Button>
        <Button onClick={onDone}>{t('common.cancel')}</Button>
      </span>
    </section>
  );
}
