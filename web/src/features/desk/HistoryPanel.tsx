import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMessages, type Message } from '@/api/messages';
import { useCustomerVisits, type Visit } from '@/api/visits';
import { useTask } from '@/api/queries';
import type { Task } from '@/api/types';
import { Load, Nothing } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { toneOf } from '@/components/tones';
import { useMe } from '@/app/session';
import { useLanguage, useWord } from '@/i18n';

type Earlier = Task['customer_card']['earlier'][number];

/** Earlier contacts with this customer, by call and in writing, newest first. Rules A-03, C-26. */
export function HistoryPanel({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const task = useTask(taskId || undefined, useLanguage());
  if (!taskId) return <Nothing text={t('desk.chooseTask')} />;
  return (
    <div className="side-scroll">
      <Load query={task} rows={5}>{({ customer_card: c }) => <Contacts customerId={c.id} earlier={c.earlier} />}</Load>
    </div>
  );
}

function Contacts({ customerId, earlier }: { customerId: string; earlier: Earlier[] }) {
  const { t } = useTranslation();
  const written = useMessages({ customer_id: customerId });
  const visits = useCustomerVisits(customerId);
  const all = [
    ...(visits.data?.visits ?? []).map((v) => ({ at: v.visited_at ?? v.updated_at, color: 'green' as const, content: <Visited visit={v} /> })),
    ...earlier.map((e) => ({ at: e.at, color: toneOf('outcome', e.outcome), content: <Called contact={e} /> })),
    ...(written.data?.pages.flatMap((p) => p.messages) ?? []).map((m) => ({ at: m.created_at, color: toneOf('messageState', m.state), content: <Written message={m} /> })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  if (all.length === 0) return <Nothing text={t('history.empty')} />;
  return <Timeline className="history" items={all.map((c) => ({ color: `var(--${c.color})`, content: c.content }))} />;
}

function Called({ contact: e }: { contact: Earlier }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  return (
    <article>
      <div className="history-head">
        <TimeText at={e.at} />
        <StateTag group="outcome" value={e.outcome} />
      </div>
      <p>{e.content || <span className="faint">{t('history.noContent')}</span>}</p>
      <p className="faint">
        {e.agent_name}{e.disposition && ` · ${word('disposition', e.disposition)}`}
        {e.agent_name === me.user.name && <> · <Link to={`/calls/${e.call_id}`}>{t('history.details')}</Link></>}
      </p>
    </article>
  );
}

function Visited({ visit: v }: { visit: Visit }) {
  const { t } = useTranslation();
  return (
    <article data-contact="visit">
      <div className="history-head">
        <TimeText at={v.visited_at ?? v.updated_at} />
        <Tag tone="green">{t('visits.title')}</Tag>
      </div>
      <p>{v.content}</p>
      <p className="faint"><span className="num">{v.number}</span> · {v.agent.name} · {v.met}</p>
    </article>
  );
}

function Written({ message: m }: { message: Message }) {
  const word = useWord();
  return (
    <article data-contact="message">
      <div className="history-head">
        <TimeText at={m.created_at} />
        <StateTag group="messageState" value={m.state} />
      </div>
      <p lang={m.language}>{m.subject || m.body}</p>
      <p className="faint">{word('channel', m.channel)} · {word('messagePurpose', m.purpose)}{m.created_by && ` · ${m.created_by.name}`}</p>
    </article>
  );
}
