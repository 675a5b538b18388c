import { Button, Tabs } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGate, useTask } from '@/api/queries';
import type { Task } from '@/api/types';
import { Load } from '@/components/Load';
import { usePhone } from '@/features/softphone/context';
import { useLanguage } from '@/i18n';
import { VisitTab } from '@/features/visits/VisitTab';
import { MessagesTab, OfferStrip } from '@/features/messages/TaskMessages';
import { AttemptTable } from '@/components/AttemptTable';
import { CustomerCard } from './CustomerCard';
import { QuestionnaireTab } from './QuestionnaireTab';
import { answered } from './recordDraft';
import { ScriptTab } from './ScriptTab';
import type { DraftHandle } from './useRecordDraft';

/** The task in the middle of the desk: customer, script, questionnaire, attempts. */
export function TaskPanel({ taskId, record, onBackToCall }: { taskId: string; record: DraftHandle | null; onBackToCall?: () => void }) {
  const language = useLanguage();
  const task = useTask(taskId, language);
  return (
    <section className="desk-middle">
      <Load query={task} rows={8}>{(data) => <Content task={data} record={record} onBackToCall={onBackToCall} />}</Load>
    </section>
  );
}

function Content({ task, record, onBackToCall }: { task: Task; record: DraftHandle | null; onBackToCall?: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const points = task.customer_card.contact_points;
  const [chosen, setChosen] = useState('');
  const point = points.find((p) => p.id === chosen) ?? points.find((p) => !p.invalid) ?? points[0];
  const gate = useGate(task.id, point?.id ?? '');
  const decision = gate.data ?? (gate.error ? undefined : task.gate);
  const closed = task.kind === 'done';
  useEffect(() => {
    phone.target.aim(point && !closed ? { taskId: task.id, contactPointId: point.id, name: task.customer_card.name, number: point.masked_number, gate: decision } : null);
  }, [phone, task.id, task.customer_card.name, point, decision, closed]);
  const items = (record && !record.locked ? record.sheet : task).questionnaire.items;
  const done = record ? answered(record.draft, items) : { n: 0, of: items.filter((i) => !i.ask_if).length };
  return (
    <>
      {onBackToCall && <div className="strip strip-blue" role="status"><span>{t('desk.otherCall')}</span><Button size="small" onClick={onBackToCall}>{t('desk.backToCall')}</Button></div>}
      <OfferStrip task={task} />
      <CustomerCard task={task} point={point?.id ?? ''} onPoint={setChosen} gate={decision} record={record} />
      <div className="panel desk-tabs">
        <Tabs
          tabBarGutter={16} // five in English stand side by side at 1280; a menu of those left over is no part of a tab list
          items={[
            { key: 'script', label: t('script.title'), children: <ScriptTab task={task} /> },
            { key: 'questionnaire', label: items.length > 0 ? t('questionnaire.titleOf', done) : t('questionnaire.title'), children: <QuestionnaireTab items={items} record={record} /> },
            { key: 'attempts', label: t('attempts.titleOf', { n: task.attempts.length }), children: <AttemptTable attempts={task.attempts} /> },
            { key: 'messages', label: t('messages.ofTask'), children: <MessagesTab task={task} /> },
            { key: 'visits', label: t('visits.tab'), children: <VisitTab task={task} /> },
          ]}
        />
      </div>
    </>
  );
}
