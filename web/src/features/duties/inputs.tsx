import { InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DutyDeadline, DutyOffset } from '@/api/types';
import { useOptions } from './text';

/** A distance between days. An optional one may be none. */
export function OffsetInput({ value, onChange, label, optional = false }: { value?: DutyOffset | null; onChange?: (v: DutyOffset | null) => void; label: string; optional?: boolean }) {
  const { t } = useTranslation();
  const units = useOptions()('unitOf');
  return (
    <span className="duty-offset">
      <InputNumber aria-label={`${label} ${t('duties.n')}`} disabled={!value} min={-3660} max={3660} precision={0} value={value?.n ?? null} onChange={(n) => value && onChange?.({ ...value, n: n ?? 0 })} />
      <Select aria-label={`${label} ${t('duties.unit')}`} popupMatchSelectWidth={false} value={value?.unit ?? ''} options={optional ? [{ value: '', label: t('duties.noRepeat') }, ...units] : units}
        onChange={(unit: string) => onChange?.(unit ? { n: value?.n ?? 1, unit: unit as DutyOffset['unit'] } : null)} />
    </span>
  );
}

/** A deadline, or none. */
export function DeadlineInput({ value, onChange, label }: { value?: DutyDeadline | null; onChange?: (v: DutyDeadline | null) => void; label: string }) {
  const { t } = useTranslation();
  const options = useOptions();
  return (
    <span className="duty-offset">
      <InputNumber aria-label={`${label} ${t('duties.n')}`} disabled={!value} min={-3660} max={3660} precision={0} value={value?.n ?? null} onChange={(n) => value && onChange?.({ ...value, n: n ?? 0 })} />
      <Select aria-label={`${label} ${t('duties.unit')}`} popupMatchSelectWidth={false} value={value?.unit ?? ''} options={[{ value: '', label: t('duties.none') }, ...options('unitOf')]}
        onChange={(unit: string) => onChange?.(unit ? { n: value?.n ?? 5, unit: unit as DutyDeadline['unit'], from: value?.from ?? 'event' } : null)} />
      {value && <Select aria-label={`${label} ${t('duties.anchor')}`} popupMatchSelectWidth={false} value={value.from} options={options('anchorOf')} onChange={(from: DutyDeadline['from']) => onChange?.({ ...value, from })} />}
    </span>
  );
}
