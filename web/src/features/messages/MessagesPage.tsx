import { Button, Input, Select, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { messageChannels, messagePurposes, messageStates, useMessages, type Message, type MessagePage } from '@/api/messages';
import { useFilter } from '@/app/filter';
import { Load, Nothing } from '@/components/Load';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { MessageDrawer } from './MessageDrawer';
import './messages.css';

const names = ['state', 'channel', 'purpose', 'q', 'message'] as const;

/** What customers were told in writing, and what became of it. Rules C-14, C-26, M-03. */
export default function MessagesPage() {
  const { t } = useTranslation();
  const word = useWord();
  const [{ message, ...filter }, change] = useFilter(names);
  const messages = useMessages(filter);
  return (
    <Page title={t('messages.title')} note={t('messages.note')}>
      <search className="filters" aria-label={t('common.search')}>
        <Input.Search allowClear className="message-search" placeholder={t('messages.search')} aria-label={t('messages.search')} defaultValue={filter.q} onSearch={(q) => change({ q: q.trim() })} />
        <Select allowClear className="message-choice" placeholder={t('messages.channel')} aria-label={t('messages.channel')} value={filter.channel || undefined} onChange={(v?: string) => change({ channel: v ?? '' })} options={messageChannels.map((c) => ({ value: c, label: word('channel', c) }))} />
        <Select allowClear className="message-choice" placeholder={t('messages.purpose')} aria-label={t('messages.purpose')} value={filter.purpose || undefined} onChange={(v?: string) => change({ purpose: v ?? '' })} options={messagePurposes.map((p) => ({ value: p, label: word('messagePurpose', p) }))} />
        <Figures counts={messages.data?.pages[0]?.counts} state={filter.state} onChange={(state) => change({ state })} />
      </search>
      <Load query={messages} rows={8}>
        {(data) => {
          const rows = data.pages.flatMap((p) => p.messages);
          if (rows.length === 0) return <Nothing text={t(Object.values(filter).some(Boolean) ? 'messages.noMatch' : 'messages.empty')} />;
          return <><Rows rows={rows} onOpen={(id) => change({ message: id })} /><More query={messages} shown={rows.length} /></>;
        }}
      </Load>
      {message && <MessageDrawer id={message} onClose={() => change({ message: '' })} />}
    </Page>
  );
}

/** The figures above the list, each of which shows its messages. */
function Figures({ counts, state, onChange }: { counts: MessagePage['counts'] | undefined; state: string; onChange: (state: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <>
      <Button type={state ? 'default' : 'primary'} ghost={!state} aria-pressed={!state} onClick={() => onChange('')}>{t('messages.all')}</Button>
      {messageStates.filter((s) => s !== 'sending').map((s) => (
        <Button key={s} type={state === s ? 'primary' : 'default'} ghost={state === s} danger={s === 'failed' && Boolean(counts?.failed)} aria-pressed={state === s} onClick={() => onChange(s)}>{word('messageState', s)} <span className="num">{counts?.[s] ?? ''}</span></Button>
      ))}
    </>
  );
}

function Rows({ rows, onOpen }: { rows: Message[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const columns: TableColumnsType<Message> = [
    { title: t('messages.at'), key: 'at', width: 150, render: (_, m) => <Button type="link" className="message-open" onClick={() => onOpen(m.id)}><TimeText at={m.created_at} /></Button> },
    { title: t('messages.customer'), key: 'customer', width: 130, render: (_, m) => m.customer.name },
    { title: t('messages.state'), key: 'state', width: 140, render: (_, m) => <><StateTag group="messageState" value={m.state} />{m.last_error && <div className="faint message-error">{m.last_error}</div>}</> },
    { title: t('messages.channel'), key: 'channel', width: 170, render: (_, m) => <>{word('channel', m.channel)}<div className="faint num">{m.to}</div></> },
    { title: t('messages.purpose'), key: 'purpose', width: 120, render: (_, m) => word('messagePurpose', m.purpose) },
    { title: t('messages.text'), key: 'text', render: (_, m) => <span className="message-text">{m.subject || m.body}</span> },
    { title: t('messages.by'), key: 'by', width: 110, render: (_, m) => m.created_by?.name ?? t('messages.system') },
  ];
  return <Table<Message> size="small" rowKey="id" columns={columns} dataSource={rows} pagination={false} scroll={{ x: 'max-content' }} />;
}
