import { Popover } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSystem } from '@/api/queries';
import { syncClock } from '@/app/clock';
import { useSite } from '@/app/session';
import { SystemFacts } from './SystemFacts';
import { conditionOf } from './troubles';
import './system.css';

const tones = { ok: 'green', notice: 'amber', bad: 'red', unknown: 'grey' } as const;
const fresh = 2_000; // ms; an older answer must not set the clock

/** At the foot of the navigation: whether the system works, and on a click what it consists of. */
export function SystemButton() {
  const { t } = useTranslation();
  const { zone } = useSite();
  const [open, setOpen] = useState(false);
  const system = useSystem();
  const { data, dataUpdatedAt } = system;
  useEffect(() => {
    if (data && Date.now() - dataUpdatedAt < fresh) syncClock(data.now);
  }, [data, dataUpdatedAt]);
  const condition = conditionOf(data, zone);
  return (
    <Popover trigger="click" placement="rightBottom" open={open} onOpenChange={setOpen} content={<>{open && <SystemFacts query={system} />}</>}>
      <button type="button" className="side-item system-button" aria-expanded={open} data-state={condition} onKeyDown={(e) => e.key === 'Escape' && setOpen(false)}>
        <span className={`dot dot-${tones[condition]}`} aria-hidden="true" />
        {t(`system.condition.${condition}`)}
      </button>
    </Popover>
  );
}
