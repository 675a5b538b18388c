import { CloseOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { AutoComplete, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { useFacets } from '@/api/queries';
import type { Recording, Tags } from '@/api/types';
import { Fault } from '@/components/Fault';
import { Tag } from '@/components/StateTag';

/** What the recording is filed under. Putting a tag on and taking it off is logged (Rule S-01). */
export function TagStrip({ recording: r }: { recording: Recording }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const { data } = useFacets();
  const has = r.filed_under.map((f) => f.tag);
  const keep = (answer: Tags) => {
    // Reading the page anew would be logged as opened once more.
    queries.setQueryData<Recording>(keys.recording(r.id), (old) => old && { ...old, filed_under: answer.tags });
    void queries.invalidateQueries({ queryKey: keys.facets });
  };
  const add = useMutation({ mutationFn: (tag: string) => api.post<Tags>(`/recordings/${r.id}/tags`, { tag }), onSuccess: (answer) => { setText(''); keep(answer); } });
  const remove = useMutation({ mutationFn: (tag: string) => api.delete<Tags>(`/recordings/${r.id}/tags?tag=${encodeURIComponent(tag)}`), onSuccess: keep });
  const failed = add.error ?? remove.error;
  return (
    <section className="tags" aria-label={t('recordings.tags')}>
      {r.filed_under.map((f) => (
        <span key={f.tag} className="tag-on" title={f.added_by}>
          <Tag tone="blue">{f.tag}</Tag>
          <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('recordings.removeTag', { tag: f.tag })} loading={remove.isPending && remove.variables === f.tag} onClick={() => remove.mutate(f.tag)} />
        </span>
      ))}
      <form onSubmit={(e) => { e.preventDefault(); if (text.trim()) add.mutate(text.trim()); }}>
        <AutoComplete className="tag-add" size="small" value={text} onChange={setText} aria-label={t('recordings.addTag')} placeholder={t('recordings.addTag')} maxLength={32}
          showSearch={{ filterOption: (typed, option) => String(option?.value ?? '').includes(typed.trim()) }} options={(data?.tags ?? []).filter((tag) => !has.includes(tag)).map((value) => ({ value }))} />
        <Button size="small" htmlType="submit" disabled={!text.trim()} loading={add.isPending}>{t('recordings.addTag')}</Button>
      </form>
      {failed && <Fault compact error={failed} />}
    </section>
  );
}
