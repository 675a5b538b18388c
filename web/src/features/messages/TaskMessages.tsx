import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTaskMessages, type Message, type MessageOffer } from '@/api/messages';
import type { Task } from '@/api/types';
import { Load } from '@/components/Load';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import { MessageDrawer } from './MessageDrawer';
import { SendDialog } from './SendDialog';
import { WaysPanel } from './WaysPanel';
import './messages.css';

/** After the third counted attempt, or for who does not want calls: one click to a message. Rules T-04, C-14. */
export function OfferStrip({ task }: { task: Task }) {
  const { t } = useTranslation();
  const word = useWord();
  const of = useTaskMessages(task.id);
  const [open, setOpen] = useState<MessageOffer | null>(null);
  const offer = of.data?.offer;
  return (
    <>
      {offer && (
        <Alert type="info" showIcon className="gap-below" data-offer={offer.purpose}
          title={<span className="message-offer">{offer.closes_task ? t('messages.offerNotice', { channel: word('channel', offer.channel) }) : t('messages.offerMissed', { n: task.counted })}
            <Button size="small" type="primary" onClick={() => setOpen(offer)}>{t('messages.offer', { channel: word('channel', offer.channel) })}</Button></span>} />
      )}
      {open && of.data && <SendDialog taskId={task.id} offer={open} ways={of.data.ways} language={task.customer_card.language} onClose={() => setOpen(null)} />}
    </>
  );
}

/** The messages of a task with their state, and how the customer can be written to. */
export function MessagesTab({ task }: { task: Task }) {
  const { t } = useTranslation();
  const of = useTaskMessages(task.id);
  const [one, setOne] = useState('');
  const [write, setWrite] = useState(false);
  return (
    <Load query={of} rows={3}>
      {(data) => (
        <>
          {data.messages.length === 0 ? <p className="faint">{t('messages.none')}</p> : <MessageList messages={data.messages} onOpen={setOne} />}
          <p><Button size="small" onClick={() => setWrite(true)}>{t('messages.write')}</Button></p>
          <WaysPanel customerId={task.customer_card.id} />
          {write && <SendDialog taskId={task.id} offer={null} ways={data.ways} language={task.customer_card.language} onClose={() => setWrite(false)} />}
          {one && <MessageDrawer id={one} onClose={() => setOne('')} />}
        </>
      )}
    </Load>
  );
}

export function MessageList({ messages, onOpen }: { messages: Message[]; onOpen: (id: string) => void }) {
  const word = useWord();
  return (
    <ul className="message-list">
      {messages.map((m) => (
        <li key={m.id} data-message={m.purpose} data-state={m.state}>
          <span className="row">
            <Button type="link" className="message-open" onClick={() => onOpen(m.id)}>{word('messagePurpose', m.purpose)}</Button>
            <span className="faint">{word('channel', m.channel)} <span className="num">{m.to}</span></span>
            <StateTag group="messageState" value={m.state} />
            <TimeText at={m.delivered_at ?? m.sent_at ?? m.created_at} />
          </span>
          <p>{m.subject || m.body}</p>
        </li>
      ))}
    </ul>
  );
}
