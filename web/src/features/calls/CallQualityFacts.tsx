import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallLeg } from '@/api/types';
import { Facts } from '@/components/Facts';

/** How each side sounded, as the server measured it; for the agent also what the browser had to make up. */
export function CallQualityFacts({ legs }: { legs: CallLeg[] }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      {legs.map((l) => (
        <section key={l.leg} aria-label={t(`calls.leg.${l.leg}`)} data-leg={l.leg}>
          <h3>{t(`calls.leg.${l.leg}`)}</h3>
          <Facts columns={3} rows={rowsOf(l, t)} />
        </section>
      ))}
    </div>
  );
}


function rowsOf(l: CallLeg, t: TFunction): Array<[string, ReactNode]> {
  const num = (text: string) => <span className="num">{text}</span>;
  const ms = (v: number) => `${v.toFixed(v < 10 ? 1 : 0)} ms`;
  const percent = (v: number) => `${(v * 100).toFixed(1)}%`;
  const upTo = (v: number | null, most: number | null) => (v === null || most === null ? '' : num(`${ms(v)} (${t('calls.atMost')} ${ms(most)})`));
  const b = l.browser;
  return [
    ['MOS', l.mos === null ? '—' : num(l.mos.toFixed(1))],
    [t('quality.loss'), num(`${percent(l.loss)} (${l.lost + l.late} / ${l.received + l.lost})`)],
    [t('calls.late'), num(String(l.late))],
    [t('quality.jitter'), upTo(l.jitter_ms, l.jitter_max_ms)],
    [t('quality.rtt'), upTo(l.rtt_ms, l.rtt_max_ms)],
    [t('calls.farLoss'), l.far_loss === null ? '' : num(percent(l.far_loss))],
    [t('calls.unheard'), l.unheard_ms > 0 ? num(`${(l.unheard_ms / 1000).toFixed(1)} s`) : ''],
    [t('calls.concealed'), b && b.samples > 0 ? num(`${percent((b.concealed - b.silent_concealed) / b.samples)} (${b.concealed} / ${b.samples}, ${t('calls.silent')} ${b.silent_concealed})`) : ''],
    [t('calls.browser'), b ? num(`${percent(b.lost / Math.max(1, b.lost + b.received))}, ${ms(b.jitter_ms)}, ${ms(b.rtt_ms)}`) : ''],
  ];
}
