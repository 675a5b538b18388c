import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input, Table, type TableColumnsType } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { asApiError } from '@/api/errors';
import { messageKeys, useMessageTemplates, type MessagePreview, type MessageTemplate, type MessageTemplateInput } from '@/api/messages';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { Page } from '@/components/Page';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import './messages.css';

const keyOf = (t: MessageTemplate) => `${t.purpose}-${t.channel}-${t.language}`;

/** What messages say, by purpose, channel and language. A change is a new version. */
export default function TemplatesPage() {
  const { t } = useTranslation();
  const templates = useMessageTemplates();
  const [open, setOpen] = useState('');
  return (
    <Page title={t('templates.title')} note={t('templates.note')}>
      <Load query={templates} rows={10}>
        {(data) => {
          const versions = data.templates.filter((x) => keyOf(x) === open);
          return (
            <>
              <Rows rows={data.templates.filter((x, i, all) => all.findIndex((y) => keyOf(y) === keyOf(x)) === i)} onOpen={setOpen} />
              {versions[0] && <TemplateDrawer key={versions[0].id} versions={versions} newest={versions[0]} placeholders={data.placeholders} onClose={() => setOpen('')} />}
            </>
          );
        }}
      </Load>
    </Page>
  );
}

function Rows({ rows, onOpen }: { rows: MessageTemplate[]; onOpen: (key: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<MessageTemplate> = [
    { title: t('templates.purpose'), key: 'purpose', width: 150, render: (_, x) => word('messagePurpose', x.purpose) },
    { title: t('templates.channel'), key: 'channel', width: 110, render: (_, x) => word('channel', x.channel) },
    { title: t('templates.language'), key: 'language', width: 90, render: (_, x) => word('language', x.language) },
    { title: t('templates.text'), key: 'text', render: (_, x) => <span className="message-text" lang={x.language}>{x.subject || x.body}</span> },
    { title: t('templates.version'), key: 'version', width: 170, render: (_, x) => <><span className="num">{x.version}</span> <span className="faint">{x.created_by || t('templates.shipped')}</span></> },
    { title: '', key: 'open', width: 80, render: (_, x) => <Button size="small" aria-label={`${t('templates.open')} ${word('messagePurpose', x.purpose)} ${word('channel', x.channel)} ${word('language', x.language)}`} onClick={() => onOpen(keyOf(x))}>{t('templates.open')}</Button> },
  ];
  return <Table<MessageTemplate> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}

function TemplateDrawer({ versions, newest, placeholders, onClose }: { versions: MessageTemplate[]; newest: MessageTemplate; placeholders: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [subject, setSubject] = useState(newest.subject);
  const [body, setBody] = useState(newest.body);
  const input: MessageTemplateInput = { purpose: newest.purpose, channel: newest.channel, language: newest.language, body, ...(newest.channel === 'email' ? { subject } : {}) };
  const shown = useDeferredValue(JSON.stringify(input));
  const sample = useQuery({ queryKey: ['messages', 'sample', shown], retry: false, placeholderData: (last: MessagePreview | undefined) => last, queryFn: () => api.post<MessagePreview>('/message-templates/preview', JSON.parse(shown) as MessageTemplateInput) });
  const save = useMutation({
    mutationFn: () => api.post<MessageTemplate>('/message-templates', input),
    onSuccess: (x) => { void message.success(t('templates.saved', { n: x.version })); void queries.invalidateQueries({ queryKey: messageKeys.templates }); },
  });
  const same = subject === newest.subject && body === newest.body;
  const wrong = save.error ?? sample.error;
  const fields = wrong ? asApiError(wrong).problem?.errors?.map((e) => e.message).join(' · ') : '';
  return (
    <Drawer open size={640} title={`${t('templates.edit')} · ${word('messagePurpose', newest.purpose)} · ${word('channel', newest.channel)} · ${word('language', newest.language)}`} onClose={onClose}>
      {newest.channel === 'email' && <label className="field"><span>{t('messages.subject')}</span><Input maxLength={200} value={subject} onChange={(e) => setSubject(e.target.value)} /></label>}
      <label className="field"><span>{t('templates.text')}</span><Input.TextArea className="template-body" rows={newest.channel === 'sms' ? 4 : 10} value={body} onChange={(e) => setBody(e.target.value)} /></label>
      <p className="faint">{t('templates.placeholders')} {placeholders.map((p) => <code key={p}>{`{${p}} `}</code>)}</p>
      {wrong && <Alert type="error" showIcon className="gap-below" title={fault(wrong)} description={fields} />}
      <section className="message-part" aria-label={t('templates.sample')}>
        <h3>{t('templates.sample')}</h3>
        {sample.data && !sample.error && (
          <>
            {sample.data.subject && <p><b>{sample.data.subject}</b></p>}
            <p className="message-preview" lang={newest.language}>{sample.data.body}</p>
            {newest.channel === 'sms' && <p className="faint" data-segments={sample.data.segments}>{t('templates.segments', { units: sample.data.units, encoding: sample.data.encoding.toUpperCase(), n: sample.data.segments })}</p>}
          </>
        )}
      </section>
      <span className="row"><Button type="primary" disabled={same || Boolean(sample.error)} loading={save.isPending} onClick={() => save.mutate()}>{t('templates.save')}</Button>{same && <span className="faint">{t('templates.dirty')}</span>}</span>
      <section className="message-part" aria-label={t('templates.history')}>
        <h3>{t('templates.history')}</h3>
        <ol className="message-list">{versions.map((v) => <li key={v.id}><b className="num">{v.version}</b> {v.created_by || t('templates.shipped')} <TimeText at={v.created_at} kind="full" /><p lang={v.language}>{v.body}</p></li>)}</ol>
      </section>
    </Drawer>
  );
}
