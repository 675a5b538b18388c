import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Why } from '@/api/types';
import { Load } from '@/components/Load';
import { TimeText } from '@/components/TimeText';
import { useWord } from '@/i18n';
import './why.css';

const icons = { passed: <CheckCircleFilled className="tone-green" aria-hidden="true" />, refused: <CloseCircleFilled className="tone-red" aria-hidden="true" />, warned: <ExclamationCircleFilled className="tone-amber" aria-hidden="true" />, unasked: <MinusCircleOutlined className="faint" aria-hidden="true" /> };

/** "Why can I not call now, and when can I": every check of the gate with its verdict. Rules T-04, T-05, C-24. */
export function WhyDrawer({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const why = useQuery({ queryKey: keys.why(taskId), staleTime: 0, refetchInterval: 30_000, queryFn: ({ signal }) => api.get<Why>(`/tasks/${taskId}/why`, undefined, signal) });
  return (
    <Drawer open size={440} title={t('why.title')} onClose={onClose} destroyOnHidden>
      <Load query={why} rows={10}>{(w) => <Answer why={w} />}</Load>
    </Drawer>
  );
}

function Answer({ why }: { why: Why }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <div className="why" data-allowed={why.allowed} tabIndex={0}>
      <p className={why.allowed ? 'why-answer why-yes' : 'why-answer why-no'} role="status">
        {why.allowed ? t('why.yes') : why.needs.length > 0 ? t('why.needs', { reasons: why.needs.map((r) => word('reason', r)).join(' ') }) : t('why.wait')}
        {!why.allowed && why.next_allowed_at && <strong> {t('why.next')} <TimeText at={why.next_allowed_at} /></strong>}
      </p>
      <p className="faint">{t('why.for', { name: why.agent.name })} · {t('why.zone', { zone: why.time_zone })} · <TimeText at={why.now} /></p>
      <ul className="why-checks" aria-label={t('why.checks')}>
        {why.checks.map((c) => (
          <li key={c.key} data-check={c.key} data-verdict={c.verdict}>
            {icons[c.verdict]}
            <span className="why-text">
              <span className="unseen">{word('checkVerdict', c.verdict)}</span>
              <strong>{word('gateCheck', c.key)}</strong>
              {c.reason && <span>{word('reason', c.reason, c.params)}</span>}
              {c.verdict === 'unasked' && c.rule === 'C-24' && <span className="faint">{t('why.appointed')}</span>}
              {c.allowed_at && <span className="faint">{t('why.until')} <TimeText at={c.allowed_at} /></span>}
              {c.override && <span className="faint">{t('why.override')}</span>}
            </span>
            {c.rule && <code className="rule" title={t('refusal.rule', { rule: c.rule })}>{c.rule}</code>}
          </li>
        ))}
      </ul>
      <h3>{t('why.openings')}</h3>
      {why.openings.length === 0 && <p className="faint">{t('why.noOpening')}</p>}
      <ol className="why-openings">
        {why.appointment_at && <li><TimeText at={why.appointment_at} /> <span className="faint">{t('why.appointment')}</span></li>}
        {why.openings.map((o) => <li key={o.from}><TimeText at={o.from} /> – <TimeText at={o.until} kind="until" /> <span className="faint num">{o.date} {o.window}</span></li>)}
      </ol>
    </div>
  );
}
