import { EditOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Suggestion, Task } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useLanguage } from '@/i18n';

/** An agent says a part of the script better, and why. Rule C-29. */
export function SuggestButton({ source, place, title, text }: { source: Task['script_of']; place: string; title: string; text: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const fault = useFaultText();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [wording, setWording] = useState(text);
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () => api.post<Suggestion>('/suggestions', { paper_id: source.paper_id, version: source.version, variant: source.variant, place, language, wording: wording.trim(), reason: reason.trim() }),
    onSuccess: () => { void message.success(t('suggestions.sent')); void queries.invalidateQueries({ queryKey: keys.suggestions }); setOpen(false); setReason(''); },
  });
  if (!source.paper_id) return null;
  return (
    <>
      <Button type="text" size="small" icon={<EditOutlined aria-hidden="true" />} aria-label={t('suggestions.suggestFor', { title })} title={t('suggestions.suggest')} onClick={() => setOpen(true)} />
      <Modal open={open} title={t('suggestions.suggestFor', { title })} onCancel={() => setOpen(false)} onOk={() => send.mutate()} confirmLoading={send.isPending} okText={t('suggestions.send')} cancelText={t('common.cancel')}
        okButtonProps={{ disabled: !wording.trim() || wording.trim() === text || !reason.trim() }}>
        {send.error && <Alert type="error" showIcon className="gap-below" title={fault(send.error)} />}
        <p className="faint">{t('suggestions.suggestMeans')}</p>
        <label className="field"><span>{t('suggestions.wording')}</span><Input.TextArea rows={4} maxLength={1500} value={wording} onChange={(e) => setWording(e.target.value)} /></label>
        <label className="field"><span>{t('suggestions.reason')}</span><Input.TextArea rows={2} maxLength={600} value={reason} onChange={(e) => setReason(e.target.value)} /></label>
      </Modal>
    </>
  );
}
