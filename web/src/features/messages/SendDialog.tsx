import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { messageChannels, messageKeys, messagePurposes, type ChannelWay, type Message, type MessageChannel, type MessageOffer, type MessageOrder, type MessagePreview, type MessagePurpose } from '@/api/messages';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';
import { languages, type Language } from '@/i18n';
import './messages.css';

/** Shows the message as the customer would get it, and sends it with one click. Rules C-14, T-11. */
export function SendDialog({ taskId, offer, ways, language, onClose }: { taskId: string; offer: MessageOffer | null; ways: ChannelWay[]; language: string; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [purpose, setPurpose] = useState<MessagePurpose>((offer?.purpose as MessagePurpose | undefined) ?? 'appointment');
  const [channel, setChannel] = useState<MessageChannel>(offer?.channel ?? ways.find((w) => w.possible)?.channel ?? 'sms');
  const [spoken, setSpoken] = useState<Language>(language.startsWith('en') ? 'en' : 'zh-CN');
  const [festival, setFestival] = useState('');
  const order: MessageOrder = { task_id: taskId, purpose, channel, language: spoken, closes_task: offer?.purpose === purpose && offer.closes_task, ...(purpose === 'festival' ? { festival } : {}) };
  const ready = purpose !== 'festival' || festival.trim() !== '';
  const preview = useQuery({ queryKey: ['messages', 'preview', order], enabled: ready, retry: false, gcTime: 0, queryFn: ({ signal }) => api.post<MessagePreview>('/messages/preview', order, { query: undefined }).then((p) => { signal.throwIfAborted(); return p; }) });
  const send = useMutation({
    mutationFn: () => api.post<Message>('/messages', order),
    onSuccess: () => {
      void message.success(t('messages.sent'));
      for (const queryKey of [messageKeys.all, messageKeys.ofTask(taskId)]) void queries.invalidateQueries({ queryKey });
      onClose();
    },
  });
  const wrong = send.error ?? preview.error;
  return (
    <Modal open title={t('messages.sendTitle')} onCancel={onClose} okText={t('messages.send')} okButtonProps={{ disabled: !preview.data || !ready, loading: send.isPending }} onOk={() => send.mutate()}>
      <div className="field">
        <span id="message-purpose">{t('messages.purpose')}</span>
        <Select aria-labelledby="message-purpose" value={purpose} onChange={setPurpose} options={messagePurposes.map((p) => ({ value: p, label: word('messagePurpose', p) }))} />
      </div>
      {purpose === 'festival' && <label className="field"><span>{t('messages.festival')}</span><Input maxLength={20} value={festival} onChange={(e) => setFestival(e.target.value)} /></label>}
      <div className="field">
        <span id="message-channel">{t('messages.channel')}</span>
        <Radio.Group aria-labelledby="message-channel" value={channel} onChange={(e) => setChannel(e.target.value as MessageChannel)}
          options={messageChannels.map((c) => { const way = ways.find((w) => w.channel === c); return { value: c, disabled: !way?.possible, label: `${word('channel', c)} ${way?.to ?? ''}${way?.reason ? `（${word('noChannel', way.reason)}）` : ''}` }; })} />
      </div>
      <div className="field">
        <span id="message-language">{t('templates.language')}</span>
        <Radio.Group aria-labelledby="message-language" optionType="button" size="small" value={spoken} onChange={(e) => setSpoken(e.target.value as Language)} options={languages.map((l) => ({ value: l, label: word('language', l) }))} />
      </div>
      {wrong && <Alert type="error" showIcon className="gap-below" title={fault(wrong)} />}
      <section aria-label={t('messages.preview')} aria-busy={preview.isFetching}>
        {preview.data && ready && (
          <>
            {preview.data.subject && <p><b>{preview.data.subject}</b></p>}
            <p className="message-preview" lang={preview.data.language}>{preview.data.body}</p>
            <p className="faint">
              {t('messages.version', { n: preview.data.version })}
              {channel === 'sms' && ` · ${t('messages.units', { units: preview.data.units, encoding: preview.data.encoding.toUpperCase() })} · ${t('messages.segments', { n: preview.data.segments })}`}
            </p>
          </>
        )}
        {preview.isFetching && <p className="faint">{t('messages.loading')}</p>}
      </section>
      {order.closes_task && <p className="faint">{t('messages.closes')}</p>}
    </Modal>
  );
}
