import { UploadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Select } from 'antd';
import { useRef, useState, type ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { importKinds, type ImportDetail } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';
import { useFeeds } from './Missing';

/** Chooses what a file is, and hands it in. Nothing is changed by that. */
export function TakeDrawer({ onClose, onTaken }: { onClose: () => void; onTaken: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const queries = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const feeds = useFeeds();
  const [what, setWhat] = useState<string>('customers');
  const expected = (feeds.data?.feeds ?? []).filter((f) => !f.ended_at);
  const feed = expected.find((f) => f.id === what);
  const take = useMutation({
    mutationFn: (file: File) => api.post<ImportDetail>('/imports', undefined, { query: { name: file.name, ...(feed ? { feed_id: feed.id } : { kind: what }) }, raw: { body: file, type: 'application/octet-stream' } }),
    onSuccess: (d) => {
      queries.setQueryData(keys.importOne(d.import.id), d);
      void queries.invalidateQueries({ queryKey: keys.imports });
      onTaken(d.import.id);
    },
  });
  const choose = (e: ChangeEvent<HTMLInputElement>) => {
    const file = e.target.files?.[0];
    if (file) take.mutate(file);
    e.target.value = ''; // the same file, once it is mended, is a new choice
  };
  return (
    <Drawer open size={480} title={t('imports.take')} onClose={onClose}>
      <p className="faint gap-below">{t('imports.takeMeans')}</p>
      <label className="field"><span>{t('imports.what')}</span>
        <Select aria-label={t('imports.what')} value={what} onChange={setWhat} options={[
          { label: t('imports.kinds'), options: importKinds.map((k) => ({ value: k as string, label: word('importKind', k) })) },
          ...(expected.length > 0 ? [{ label: t('feeds.title'), options: expected.map((f) => ({ value: f.id, label: `${f.name} · ${word('importKind', f.kind)}` })) }] : []),
        ]} />
      </label>
      {feed && <p className="faint">{t('imports.forWeek', { day: feed.missing[0] ?? feed.week })}</p>}
      <input ref={picker} type="file" accept=".csv,.tsv,.txt,.xlsx" hidden aria-label={t('imports.choose')} onChange={choose} data-testid="intake-file" />
      <Button type="primary" icon={<UploadOutlined aria-hidden="true" />} loading={take.isPending} onClick={() => picker.current?.click()}>{t('imports.choose')}</Button>
      <div aria-live="polite">
        {take.error && <Alert type="error" showIcon className="import-fault" title={fault(take.error)} description={Object.values(asApiError(take.error).fields).join('; ') || undefined} />}
      </div>
    </Drawer>
  );
}
