import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useTask } from '@/api/queries';
import { Load, Nothing } from '@/components/Load';
import { StateTag } from '@/components/StateTag';
import { TimeText } from '@/components/TimeText';
import { toneOf } from '@/components/tones';
import { useMe } from '@/app/session';
import { useLanguage, useWord } from '@/i18n';

/** Earlier contacts with this customer, newest first. */
export function HistoryPanel({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const me = useMe();
  const task = useTask(taskId || undefined, useLanguage());
  if (!taskId) return <Nothing text={t('desk.chooseTask')} />;
  return (
    <div className="side-scroll">
      <Load query={task} rows={5}>
        {({ customer_card: { earlier } }) =>
          earlier.length === 0 ? <Nothing text={t('history.empty')} /> : (
            <Timeline
              className="history"
              items={earlier.map((e) => ({
                color: `var(--${toneOf('outcome', e.outcome)})`,
                content: (
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
                ),
              }))}
            />
          )}
      </Load>
    </div>
  );
}
