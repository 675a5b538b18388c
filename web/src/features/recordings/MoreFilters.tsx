import { DatePicker, InputNumber, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { useFacets, usePrograms } from '@/api/queries';
import { useLanguage } from '@/i18n';

export const moreNames = ['program', 'direction', 'ring', 'attempts', 'shortest_s', 'longest_s', 'dissatisfied', 'score_below', 'tag', 'branch_id', 'held', 'retain_before'] as const;
export type MoreFilter = Record<(typeof moreNames)[number], string>;

interface Props { value: MoreFilter; onChange: (change: Partial<MoreFilter>) => void }

/** What is asked for less often: of the call, of its record, and of how long the recording is kept. Rules T-02, T-03, C-16. */
export function MoreFilters({ value, onChange }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data } = usePrograms();
  const facets = useFacets().data;
  const choice = (name: keyof MoreFilter, label: string, options: Array<{ value: string; label: string }>) => (
    <Select allowClear className="filter-select" popupMatchSelectWidth={false} placeholder={label} aria-label={label} value={value[name] || undefined}
      onChange={(v?: string) => onChange({ [name]: v ?? '' })} options={options} />
  );
  const number = (name: keyof MoreFilter, label: string, max: number) => (
    <InputNumber className="filter-number" min={0} max={max} precision={0} prefix={<span className="faint">{label}</span>} aria-label={label} value={value[name] ? Number(value[name]) : null}
      changeOnWheel={false} onChange={(v) => onChange({ [name]: v ? String(v) : '' })} />
  );
  return (
    <>
      {choice('program', t('recordings.program'), (data?.programs ?? []).map((p) => ({ value: p.code, label: language === 'en' ? p.name_en : p.name_zh })))}
      {choice('direction', t('recordings.direction'), [{ value: 'outbound', label: t('recordings.outbound') }, { value: 'inbound', label: t('recordings.inbound') }])}
      {choice('ring', t('recordings.ring'), [{ value: 'met', label: t('recordings.ringMet') }, { value: 'short', label: t('recordings.ringShort') }])}
      {number('attempts', t('recordings.attempts'), 1000)}
      {number('shortest_s', t('recordings.shortest'), 86_400)}
      {number('longest_s', t('recordings.longest'), 86_400)}
      {choice('dissatisfied', t('recordings.satisfaction'), [{ value: 'any', label: t('recordings.dissatisfied') }, ...(facets?.items ?? []).map((i) => ({ value: i.key, label: t('recordings.dissatisfiedWith', { item: (language === 'en' ? i.label_en : i.label_zh) || i.key }) }))])}
      {number('score_below', t('recordings.scoreBelow'), 101)}
      {choice('tag', t('recordings.tag'), (facets?.tags ?? []).map((tag) => ({ value: tag, label: tag })))}
      {choice('branch_id', t('recordings.branch'), (facets?.branches ?? []).map((b) => ({ value: b.id, label: b.name })))}
      {choice('held', t('recordings.hold'), [{ value: 'yes', label: t('recordings.held') }, { value: 'no', label: t('recordings.notHeld') }])}
      <DatePicker placeholder={t('recordings.retainBefore')} aria-label={t('recordings.retainBefore')} value={value.retain_before ? dayjs(value.retain_before) : null}
        onChange={(day) => onChange({ retain_before: day?.format('YYYY-MM-DD') ?? '' })} />
    </>
  );
}
