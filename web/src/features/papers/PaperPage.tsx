import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { usePaper } from '@/api/queries';
import type { Paper, PaperBody, PaperFault, SavedDraft } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { Page } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useLanguage, useWord } from '@/i18n';
import { emptyBody } from './draft';
import { ItemsEditor } from './ItemsEditor';
import { Preview } from './Preview';
import { ScriptEditor } from './ScriptEditor';
import './papers.css';

/** One paper: its versions, the draft in the editor, and what the agent will see of it. Rules C-10, C-16, C-29. */
export default function PaperPage() {
  const { id = '' } = useParams();
  const paper = usePaper(id);
  return <Load query={paper} rows={12}>{(p) => <Open key={p.id} paper={p} />}</Load>;
}

function Open({ paper: p }: { paper: Paper }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const english = useLanguage() === 'en';
  const queries = useQueryClient();
  const fault = useFaultText();
  const { message, modal } = App.useApp();
  const draft = p.versions.find((v) => v.state === 'draft');
  const published = p.versions.find((v) => v.state === 'published');
  const first = draft ?? published ?? p.versions[0];
  const [version, setVersion] = useState(first?.version ?? 0);
  const shown = p.versions.find((v) => v.version === version) ?? first;
  const [edited, setEdited] = useState<PaperBody | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const [faults, setFaults] = useState<PaperFault[]>([]);
  const [variant, setVariant] = useState(0);
  const stored = shown?.body ?? emptyBody;
  const body = edited ?? stored;
  const script = p.kind === 'script';
  // What is written goes into the draft: of an older version only when nothing newer is begun.
  const mayEdit = hasRole(me, 'administrator') && (shown?.state === 'draft' || (!draft && shown === published));
  const keep = (next: Paper) => { queries.setQueryData(keys.paper(p.id), next); void queries.invalidateQueries({ queryKey: keys.papers }); void queries.invalidateQueries({ queryKey: keys.programs }); };
  const save = useMutation({
    mutationFn: () => api.put<SavedDraft>(`/papers/${p.id}/draft`, { body, note: note ?? draft?.note ?? '', was: draft?.updated_at ?? null }),
    onSuccess: (s) => {
      keep(s.paper);
      setFaults(s.faults);
      setVersion(s.paper.versions[0]?.version ?? 0);
      setEdited(null);
      setNote(null);
    },
  });
  const publish = useMutation({
    mutationFn: (was: string) => api.post<Paper>(`/papers/${p.id}/publish`, { was }),
    onSuccess: (next) => { keep(next); setFaults([]); setVersion(next.versions[0]?.version ?? 0); void message.success(t('papers.published')); },
  });
  const retire = useMutation({ mutationFn: () => api.post<Paper>(`/papers/${p.id}/retire`, {}), onSuccess: keep });
  const ask = async () => {
    const { paper, faults: left } = await save.mutateAsync();
    const made = paper.versions[0];
    if (left.length > 0 || !made) return void message.warning(t('papers.faulty', { n: left.length }));
    modal.confirm({
      title: t('papers.publishAsk', { code: p.code, n: made.version }), content: t('papers.publishMeans'), okText: t('papers.publish'), cancelText: t('common.cancel'),
      onOk: () => publish.mutateAsync(made.updated_at).catch(() => undefined),
    });
  };
  const change = (next: PaperBody) => { setEdited(next); setFaults([]); };
  const error = save.error ?? publish.error ?? retire.error;
  return (
    <Page
      title={`${p.code} ${english ? p.name_en : p.name_zh}`}
      note={`${word('paperKind', p.kind)} · ${p.programs.length > 0 ? t('papers.usedBy', { programs: p.programs.join(', ') }) : t('papers.unused')}`}
      actions={(
        <span className="row">
          <Link to={`/papers?kind=${p.kind}`}>{t('papers.back')}</Link>
          <Select aria-label={t('papers.version')} popupMatchSelectWidth={false} value={version} onChange={(v) => { setVersion(v); setEdited(null); setVariant(0); }} options={p.versions.map((v) => ({ value: v.version, label: `v${v.version} ${word('paperState', v.state)}` }))} />
          {mayEdit && <Button loading={save.isPending} disabled={!edited && note === null} onClick={() => save.mutate()}>{t('papers.save')}</Button>}
          {mayEdit && <Button type="primary" loading={publish.isPending} disabled={!draft && !edited} onClick={() => void ask().catch(() => undefined)}>{t('papers.publish')}</Button>}
          {hasRole(me, 'administrator') && published && p.programs.length === 0 && <Button danger loading={retire.isPending} onClick={() => retire.mutate()}>{t('papers.retire')}</Button>}
        </span>
      )}
    >
      {error && <Alert type="error" showIcon className="gap-below" title={fault(error)} />}
      {faults.length > 0 && <Alert type="warning" showIcon className="gap-below" title={t('papers.faulty', { n: faults.length })} />}
      <p className="row faint">
        {shown && <StateTag group="paperState" value={shown.state} />}
        {shown?.published_at && <>{t('papers.since')} <TimeText at={shown.published_at} /> {shown.published_by?.name ?? t('papers.shipped')}</>}
        {shown?.note}
      </p>
      <div className="paper-page">
        <section aria-label={t('papers.editor')}>
          {mayEdit && <label className="field"><span>{t('papers.whatIsNew')}</span><Input maxLength={160} value={note ?? draft?.note ?? ''} onChange={(e) => setNote(e.target.value)} /></label>}
          {script
            ? <ScriptEditor body={body} disabled={!mayEdit} faults={faults} variant={variant} onVariant={setVariant} onChange={change} />
            : <ItemsEditor items={body.items} form={p.kind === 'form'} disabled={!mayEdit} faults={faults} onChange={(items) => change({ ...body, items })} />}
        </section>
        <section className="panel paper-preview" aria-label={t('papers.preview')}>
          <h2>{t('papers.preview')}</h2>
          <Preview body={body} script={script} variant={variant} />
        </section>
      </div>
    </Page>
  );
}
