import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Task } from '@/api/types';
import { useTaskVisits } from '@/api/visits';
import { Load } from '@/components/Load';
import { VisitFacts } from './VisitFacts';

/** The visits of a task, whether one is called for, and the way to write one up. Rules C-11, C-26. */
export function VisitTab({ task }: { task: Task }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const visits = useTaskVisits(task.id);
  return (
    <Load query={visits} rows={3}>
      {(data) => {
        const done = data.visits.filter((v) => v.state === 'final');
        const draft = data.visits.some((v) => v.state === 'draft');
        return (
          <>
            {data.suggested && task.kind !== 'done' && <Alert type="info" showIcon className="gap-below" data-suggested={data.suggested} title={t(`visits.suggested_${data.suggested}`)} />}
            {done.map((v) => <VisitFacts key={v.id} visit={v} items={task.questionnaire.items} />)}
            {done.length === 0 && <p className="faint">{t('visits.none')}</p>}
            {task.kind !== 'done' && <Button size="small" onClick={() => void go(`/visit/${task.id}`)}>{t(draft ? 'visits.goOn' : 'visits.start')}</Button>}
          </>
        );
      }}
    </Load>
  );
}
