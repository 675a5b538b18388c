import { BankOutlined, CalendarOutlined, EllipsisOutlined, StopOutlined } from '@ant-design/icons';
import { Alert, Button, Dropdown, Radio, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Decision, Task } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { useShortcut } from '@/app/shortcuts';
import { Facts } from '@/components/Facts';
import { StateTag, Tag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { usePhoneState } from '@/features/softphone/context';
import { useLanguage, useWord } from '@/i18n';
import { AppointmentDialog } from './AppointmentDialog';
import { CloseTaskDialog } from './CloseTaskDialog';
import { WhyDrawer } from '@/features/why/WhyDrawer';
import { ConsentDrawer } from './ConsentDrawer';
import { DoNotCallDialog } from './DoNotCallDialog';
import { GateLine } from './GateLine';
import { ProofBadge } from './ProofBadge';
import type { DraftHandle } from './useRecordDraft';

type Dialog = '' | 'why' | 'consent' | 'appointment' | 'close' | 'do_not_call';

/** Who is called: the customer as far as the agent may know them (Rule S-01), and whether a call is allowed. */
export function CustomerCard({ task, point, onPoint, gate, record }: { task: Task; point: string; onPoint: (id: string) => void; gate: Decision | undefined; record: DraftHandle | null }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const go = useNavigate();
  const [dialog, setDialog] = useState<Dialog>('');
  const c = task.customer_card;
  const closed = task.kind === 'done';
  const { call } = usePhoneState();
  const calling = call?.task_id === task.id; // the softphone says all about it
  useShortcut('Alt+A', () => setDialog('appointment'), !closed);
  return (
    <section className="panel card" aria-label={t('card.label')} data-task-id={task.id} data-state={task.state}>
      <div className="card-head">
        <h2 className="card-name">{c.name}{c.salutation && <small>{c.salutation}</small>}</h2>
        <StateTag group="taskKind" value={task.kind} />
        <span data-language={c.language}><Tag tone={c.language === 'zh-CN' ? 'grey' : 'blue'}>{word('language', c.language)}</Tag></span>
        {c.government && <Tag tone="violet" icon={<BankOutlined />}>{t('card.government')}</Tag>}
        <ProofBadge proof={task.proof} />
      </div>
      {c.do_not_call && (
        <Alert type="error" showIcon icon={<StopOutlined />} className="gap-below" data-state="do_not_call"
          title={t('card.doNotCallSince', { channel: c.do_not_call.channel ? word('channel', c.do_not_call.channel) : t('card.noChannel') })} description={c.do_not_call.reason} />
      )}
      <div className="card-row">
        <Radio.Group className="points" value={point} onChange={(e) => onPoint(String(e.target.value))} aria-label={t('card.numbers')}>
          {c.contact_points.map((p) => (
            <Radio key={p.id} value={p.id} disabled={p.invalid}>
              <span className="num point-number">{p.masked_number}</span>
              <span className="faint">{p.label}{p.invalid && ` · ${t('card.invalid')}`}</span>
            </Radio>
          ))}
        </Radio.Group>
        <div className="card-actions">
          {!closed && (
            <Tooltip title="Alt+A">
              <Button size="small" icon={<CalendarOutlined />} onClick={() => setDialog('appointment')} aria-keyshortcuts="Alt+A">{t(record ? 'card.notConvenient' : 'card.appointment')}</Button>
            </Tooltip>
          )}
          <Dropdown trigger={['click']} menu={{
            items: [
              { key: 'dnc', label: t(c.do_not_call ? 'card.allowCalls' : 'card.doNotCall'), onClick: () => setDialog('do_not_call'), disabled: !hasRole(me, 'agent', 'supervisor', 'administrator') },
              { key: 'listen', label: t('access.ask'), onClick: () => void go(`/my-access?customer=${encodeURIComponent(c.name)}`) }, // Rule S-02
              { key: 'consent', label: t('consent.menu'), onClick: () => setDialog('consent') },
              { key: 'close', label: t('card.close'), onClick: () => setDialog('close'), disabled: closed },
            ],
          }}>
            <Button size="small" icon={<EllipsisOutlined />} aria-label={t('card.more')} />
          </Dropdown>
        </div>
      </div>
      {!closed && !calling && <GateLine gate={gate} />}
      {!closed && !calling && <Button type="link" size="small" className="gate-why" onClick={() => setDialog('why')}>{t('why.ask')}</Button>}
      <CardFacts task={task} />
      <AppointmentDialog open={dialog === 'appointment'} task={task} record={record} onClose={() => setDialog('')} />
      <CloseTaskDialog open={dialog === 'close'} task={task} onClose={() => setDialog('')} />
      {dialog === 'why' && <WhyDrawer taskId={task.id} onClose={() => setDialog('')} />}
      {dialog === 'consent' && <ConsentDrawer customer={c.id} name={c.name} onClose={() => setDialog('')} />}
      <DoNotCallDialog open={dialog === 'do_not_call'} task={task} onClose={() => setDialog('')} />
    </section>
  );
}

function CardFacts({ task }: { task: Task }) {
  const { t } = useTranslation();
  const word = useWord();
  const language = useLanguage();
  const c = task.customer_card;
  return (
    <Facts columns={2} rows={[
      [t('card.program'), language === 'en' ? task.program.name_en : task.program.name_zh],
      [t('card.purpose'), task.purpose],
      [task.appointment_at ? t('card.appointmentAt') : t('card.due'), <TimeText key="due" at={task.appointment_at ?? task.due_at} />],
      [t('card.hardDue'), task.hard_due_at ? <TimeText key="hard" at={task.hard_due_at} /> : ''],
      [t('card.kind'), [word('customerKind', c.kind), c.grade && t('card.grade', { grade: c.grade }), c.city].filter(Boolean).join(' · ')],
      [t('card.adviser'), [c.adviser_name, c.department_name].filter(Boolean).join(' · ')],
      [t('card.nextSlot'), task.next_from ? <span key="next"><TimeText at={task.next_from} /> – <TimeText at={task.next_until} kind="until" /></span> : ''],
      [t('card.notes'), c.notes],
    ]} />
  );
}
