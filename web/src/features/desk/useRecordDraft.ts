import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '@/api/client';
import { asApiError, type ApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { readRecord, useSheet } from '@/api/queries';
import type { RecordOut, RecordSheet } from '@/api/types';
import { useLanguage } from '@/i18n';
import { draftOf, emptyDraft, emptySheet, inputOf, saveDelay, storedDraft, storeDraft, type Draft } from './recordDraft';

export type Saved = 'idle' | 'dirty' | 'saving' | 'saved' | 'failed';

export interface DraftHandle {
  callId: string;
  taskId: string;
  draft: Draft;
  /** What it is written on: the versions that it was begun on. Rule C-16. */
  sheet: RecordSheet;
  /** No field may be changed: still loading, or final. */
  locked: boolean;
  final: boolean;
  saved: Saved;
  error: ApiError | null;
  change: (part: Partial<Draft>) => void;
  finish: (slipNeeded: boolean) => Promise<RecordOut>;
  again: () => void;
}

/** The record of one call while it is written: kept in this tab at once, on the server a second or, while somebody types on, five seconds later. */
export function useRecordDraft(callId: string, taskId: string): DraftHandle {
  const queries = useQueryClient();
  const record = useQuery({ queryKey: keys.record(callId), queryFn: ({ signal }) => readRecord(callId, signal), enabled: !!callId, staleTime: Infinity, refetchOnWindowFocus: false });
  const sheet = useSheet(callId, useLanguage());
  const on = sheet.data ?? emptySheet;
  const [edited, setEdited] = useState<{ callId: string; draft: Draft } | null>(null);
  const [saved, setSaved] = useState<Saved>('idle');
  const unsaved = useRef(0); // when the first word was written that the server does not have
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const line = useRef<Promise<unknown>>(Promise.resolve()); // saves go one after another

  const base = record.data ? draftOf(record.data) : emptyDraft;
  const draft = edited?.callId === callId ? edited.draft : base;
  const final = record.data?.state === 'final';

  useEffect(() => {
    const stored = callId ? storedDraft(callId) : null;
    setEdited(stored ? { callId, draft: stored } : null);
    setSaved('idle');
    unsaved.current = 0;
    return () => clearTimeout(timer.current);
  }, [callId]);

  const put = useCallback((next: Draft, state: 'draft' | 'final', slipNeeded = false) => {
    const sent = line.current.then(() => api.put<RecordOut>(`/calls/${callId}/record`, inputOf(next, state, slipNeeded, on)));
    line.current = sent.catch(() => undefined);
    return sent;
  }, [callId, on]);

  const change = (part: Partial<Draft>) => {
    if (!callId || final || !record.data || !sheet.data) return;
    const next = { ...draft, ...part };
    setEdited({ callId, draft: next });
    storeDraft(callId, next);
    setSaved('dirty');
    clearTimeout(timer.current);
    unsaved.current ||= Date.now();
    timer.current = setTimeout(() => {
      unsaved.current = 0;
      setSaved('saving');
      put(next, 'draft').then(() => setSaved((s) => (s === 'saving' ? 'saved' : s)), () => setSaved('failed'));
    }, saveDelay(unsaved.current, Date.now()));
  };

  const finish = async (slipNeeded: boolean) => {
    clearTimeout(timer.current);
    setSaved('saving');
    try {
      const done = await put(draft, 'final', slipNeeded);
      storeDraft(callId, null);
      setEdited(null);
      setSaved('saved');
      queries.setQueryData(keys.record(callId), done);
      return done;
    } catch (err) {
      setSaved('failed');
      if (asApiError(err).reason === 'record_final') void record.refetch();
      throw err;
    }
  };

  return {
    callId, taskId, draft, sheet: on, final, saved, change, finish,
    locked: !record.data || !sheet.data || final,
    error: record.error || sheet.error ? asApiError(record.error ?? sheet.error) : null,
    again: () => { void record.refetch(); void sheet.refetch(); },
  };
}
