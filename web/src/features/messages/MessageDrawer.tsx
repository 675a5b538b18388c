import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/api/client';
import { messageKeys, useMessage, type MessageDetail } from '@/api/messages';
import { hasRole, useMe } from '@/app/session';
import { Facts } from '@/components/Facts';
import { useFaultText } from '@/components/Fault';
import { Load } from '@/components/Load';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import './messages.css';

/** One message: what it says, what became of it, and the proof. Rules C-14, S-04. */
export function MessageDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const message = useMessage(id);
  return (
    <Drawer open size={600} title={t('messages.one')} onClose={onClose}>
      <Load query={message} rows={8}>{(m) => <><About message={m} /><Act message={m} /><Steps message={m} /></>}</Load>
    </Drawer>
  );
}

function About({ message: m }: { message: MessageDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  return (
    <Facts
      rows={[
        [t('messages.state'), <StateTag key="s" group="messageState" value={m.state} />],
        [t('messages.customer'), <span key="c" className="row">{m.customer.name}{m.task_id && hasRole(me, 'agent', 'supervisor') && <Link to={`/desk/${m.task_id}`}>{t('messages.task')}</Link>}</span>],
        [t('messages.purpose'), `${word('messagePurpose', m.purpose)} · ${t('messages.version', { n: m.version })}`],
        [t('messages.to'), `${word('channel', m.channel)} ${m.to}${m.channel === 'sms' ? ` · ${t('messages.segments', { n: m.segments })}` : ''}`],
        [t('messages.subject'), m.subject],
        [t('messages.text'), <span key="b" className="message-body" lang={m.language}>{m.body}</span>],
        [t('messages.by'), m.created_by?.name ?? t('messages.system')],
        [t('messages.gatewayId'), m.gateway_id],
        [t('messages.error'), m.last_error && <span key="e">{m.last_error}{m.next_try_at && <span className="faint"> · {t('messages.tries', { n: m.tries })}<TimeText at={m.next_try_at} /></span>}</span>],
        ['', m.closes_task ? t('messages.closes') : ''],
      ]}
    />
  );
}

function Act({ message: m }: { message: MessageDetail }) {
  const { t } = useTranslation();
  const me = useMe();
  const fault = useFaultText();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (step: 'retry' | 'cancel') => api.post<MessageDetail>(`/messages/${m.id}/${step}`),
    onSuccess: (d) => { queries.setQueryData(messageKeys.one(m.id), d); void queries.invalidateQueries({ queryKey: messageKeys.all }); },
  });
  const retry = m.state === 'failed' && hasRole(me, 'supervisor');
  const cancel = m.state === 'queued' && (hasRole(me, 'supervisor') || m.created_by?.id === me.user.id);
  if (!retry && !cancel) return null;
  return (
    <section className="message-part" aria-label={t('messages.retry')}>
      {act.error && <Alert type="error" showIcon className="gap-below" title={fault(act.error)} />}
      {retry && <><p className="faint">{t('messages.retryMeans')}</p><Button type="primary" loading={act.isPending} onClick={() => act.mutate('retry')}>{t('messages.retry')}</Button></>}
      {cancel && <Button loading={act.isPending} onClick={() => act.mutate('cancel')}>{t('messages.cancel')}</Button>}
    </section>
  );
}

function Steps({ message: m }: { message: MessageDetail }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <section className="message-part" aria-label={t('messages.steps')}>
      <h3>{t('messages.steps')}</h3>
      <ol className="message-steps">
        {m.steps.map((s, i) => (
          <li key={`${s.at}-${i}`} data-step={s.step}>
            <TimeText at={s.at} kind="full" /> <b>{word('messageStep', s.step)}</b> {s.by}
            {s.note && <div className="faint message-text">{s.note}</div>}
            {s.receipt_sha256 && <div className="faint message-proof">{t('messages.proof')} <code>{s.receipt_sha256}</code></div>}
          </li>
        ))}
      </ol>
    </section>
  );
}
