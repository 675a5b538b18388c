import { WifiOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CallQuality, LegQuality } from '@/api/types';
import { Light } from '@/app/Light';
import { Facts } from '@/components/Facts';
import { usePhoneState } from './context';

export type Grade = 'unknown' | 'good' | 'fair' | 'poor' | 'one_way';

/** A grade out of the worse direction (MOS estimate of ITU-T G.107). */
export function gradeOf(q: CallQuality | null): Grade {
  if (!q) return 'unknown';
  if (q.one_way) return 'one_way';
  const heard = [q.agent, q.customer].filter((l) => l.packets > 0 && l.mos > 0);
  if (heard.length === 0) return 'unknown';
  const worst = Math.min(...heard.map((l) => l.mos));
  return worst >= 4 ? 'good' : worst >= 3.5 ? 'fair' : 'poor';
}

const tones: Record<Grade, string> = { unknown: 'grey', good: 'green', fair: 'amber', poor: 'red', one_way: 'red' };

export function QualityChip() {
  const { t } = useTranslation();
  const { quality } = usePhoneState();
  const grade = gradeOf(quality);
  const word = grade === 'one_way' ? t(quality?.one_way === 'agent' ? 'quality.agentSilent' : 'quality.customerSilent') : t(`quality.${grade}`);
  return (
    <Popover trigger="click" placement="bottomRight" color="#fff"
      content={<Light><Details quality={quality} /></Light>}>
      <Button type="text" className={`quality quality-${tones[grade]}`} icon={<WifiOutlined />} data-state={grade} aria-label={t('quality.label', { word })}>
        <span className="quality-word">{word}</span>
      </Button>
    </Popover>
  );
}

function Details({ quality }: { quality: CallQuality | null }) {
  const { t } = useTranslation();
  if (!quality) return <p className="devices-box">{t('quality.none')}</p>;
  return (
    <div className="devices-box">
      <h2>{t('quality.title')}</h2>
      <h3>{t('quality.agentLeg')}</h3>
      <Leg leg={quality.agent} />
      <h3>{t('quality.customerLeg')}</h3>
      <Leg leg={quality.customer} />
    </div>
  );
}

function Leg({ leg }: { leg: LegQuality }) {
  const { t } = useTranslation();
  const n = (value: number, digits: number, unit: string) => <span className="num">{value.toFixed(digits)}{unit}</span>;
  return (
    <Facts columns={2} rows={[
      ['MOS', leg.mos > 0 ? n(leg.mos, 1, '') : '—'],
      [t('quality.loss'), n(leg.loss * 100, 1, '%')],
      [t('quality.jitter'), n(leg.jitter_ms, 0, ' ms')],
      [t('quality.rtt'), leg.rtt_ms > 0 ? n(leg.rtt_ms, 0, ' ms') : '—'],
    ]} />
  );
}
