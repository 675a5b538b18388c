import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { ImportReport } from '@/api/types';

/** A file as it was read when it was chosen, so that what was checked is what is imported. */
export interface ImportFile { name: string; body: ArrayBuffer }

/** The two steps of an import: check, then write. Nothing is written while a value is wrong. */
export function useImport(onDone: (report: ImportReport) => void) {
  const queries = useQueryClient();
  const [file, setFile] = useState<ImportFile | null>(null);
  const send = (body: ArrayBuffer, preview: boolean) => api.post<ImportReport>('/tasks/import', undefined, { query: { preview }, raw: { body, type: 'text/csv' } });
  const check = useMutation({ mutationFn: (chosen: ImportFile) => send(chosen.body, true) });
  const run = useMutation({
    mutationFn: (chosen: ImportFile) => send(chosen.body, false),
    onSuccess: (report) => {
      if (report.errors.length > 0) return;
      void queries.invalidateQueries({ queryKey: keys.tasks });
      onDone(report);
    },
  });
  const choose = (chosen: ImportFile) => {
    run.reset();
    setFile(chosen);
    check.mutate(chosen);
  };
  return { file, choose, check, run, write: () => file && run.mutate(file), report: run.data ?? check.data, error: run.error ?? check.error };
}
