import { PaperClipOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, apiPath } from '@/api/client';
import { asApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import type { Attachment, AttachmentList, AttachmentObject, AttachmentPurpose } from '@/api/types';
import { attachmentPurposes } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import './attachments.css';

/** What the file picker offers; the server judges by the content. */
const accept = '.pdf,.png,.jpg,.jpeg,.gif,.webp,.heic,.docx,.xlsx,.pptx,.odt,.ods,.wav,.mp3,.m4a,.ogg,.amr';
export const maxBytes = 20 * 1024 * 1024;

export const useAttachments = (object: AttachmentObject, id: string) =>
  useQuery({ queryKey: keys.attachments(object, id), queryFn: ({ signal }) => api.get<AttachmentList>('/attachments', { object, object_id: id }, signal) });

/** A size as people say it. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

interface Props {
  object: AttachmentObject;
  id: string;
  /** Without it, files are only shown. */
  mayAdd?: boolean;
  /** What may be chosen that a file is for; the first is the default. */
  purposes?: readonly AttachmentPurpose[];
  /** Told of each file that was added. */
  onAdded?: (file: Attachment) => void;
}

/** The files of a slip, case, visit or record, and a way to add one. Every download is in the audit log (Rules C-17, C-19, S-01). */
export function Attachments({ object, id, mayAdd = false, purposes = attachmentPurposes, onAdded }: Props) {
  const { t } = useTranslation();
  const files = useAttachments(object, id);
  return (
    <section className="attachments" aria-label={t('attachments.title')}>
      <h3>{t('attachments.title')}</h3>
      <Load query={files} rows={2}>
        {({ attachments }) => (attachments.length === 0 ? <p className="faint">{t('attachments.none')}</p> : <ul>{attachments.map((f) => <File key={f.id} file={f} />)}</ul>)}
      </Load>
      {mayAdd && <Add object={object} id={id} purposes={purposes} onAdded={onAdded} />}
    </section>
  );
}

function File({ file: f }: { file: Attachment }) {
  const word = useWord();
  return (
    <li>
      <PaperClipOutlined aria-hidden="true" /> <a href={apiPath(`/attachments/${f.id}/content`)} download={f.name}>{f.name}</a>
      <div className="faint">{word('attachmentPurpose', f.purpose)} · <span className="num">{sizeText(f.bytes)}</span> · {f.added_by.name} <TimeText at={f.added_at} /></div>
    </li>
  );
}

function Add({ object, id, purposes, onAdded }: Required<Pick<Props, 'object' | 'id' | 'purposes'>> & Pick<Props, 'onAdded'>) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [purpose, setPurpose] = useState<AttachmentPurpose>(purposes[0] ?? 'document');
  const [tooLarge, setTooLarge] = useState('');
  const add = useMutation({
    mutationFn: (file: globalThis.File) => api.post<Attachment>('/attachments', undefined, { query: { object, object_id: id, name: file.name, purpose }, raw: { body: file, type: 'application/octet-stream' } }),
    onSuccess: (file) => { void queries.invalidateQueries({ queryKey: keys.attachments(object, id) }); onAdded?.(file); },
  });
  const chosen = (file: globalThis.File | undefined) => {
    if (input.current) input.current.value = ''; // the same file may be chosen again
    add.reset();
    setTooLarge(file && file.size > maxBytes ? file.name : '');
    if (file && file.size <= maxBytes) add.mutate(file);
  };
  const err = add.error ? asApiError(add.error) : null;
  const wrong = tooLarge ? t('attachments.tooLarge', { name: tooLarge }) : err && (err.code === 'invalid' ? t('attachments.notTaken') : fault(err));
  return (
    <div className="attachments-add">
      {wrong && <Alert type="error" showIcon role="alert" className="gap-below" title={wrong} />}
      <span className="row">
        {purposes.length > 1 && <Select size="small" aria-label={t('attachments.purpose')} value={purpose} onChange={setPurpose} options={purposes.map((p) => ({ value: p, label: word('attachmentPurpose', p) }))} />}
        <input ref={input} type="file" hidden accept={accept} aria-label={t('attachments.file')} onChange={(e) => chosen(e.target.files?.[0])} />
        <Button size="small" icon={<PaperClipOutlined />} loading={add.isPending} onClick={() => input.current?.click()}>{t('attachments.add')}</Button>
      </span>
      <p className="faint">{t('attachments.types')}</p>
    </div>
  );
}
