import { Alert, Checkbox, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDepartments } from '@/api/queries';
import { slipKinds } from '@/api/types';
import { useWord } from '@/i18n';
import type { Draft, SlipDraft } from './recordDraft';

/** The feedback slip of a record: needed when the customer is dissatisfied, otherwise as the agent likes. Rule C-17. */
export function SlipFields({ draft, needed, disabled, errorOf, onChange }: { draft: Draft; needed: boolean; disabled: boolean; errorOf: (field: string) => string; onChange: (slip: SlipDraft) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { slip } = draft;
  const on = needed || slip.wanted;
  const departments = useDepartments(on);
  const set = (part: Partial<SlipDraft>) => onChange({ ...slip, ...part });
  const error = (field: string) => errorOf(`slip.${field}`) && <p className="field-error" role="alert">{errorOf(`slip.${field}`)}</p>;
  return (
    <fieldset className="field record-slip" disabled={disabled}>
      {needed ? <Alert type="warning" showIcon className="gap-below" title={t('slips.needed')} /> : <Checkbox checked={slip.wanted} disabled={disabled} onChange={(e) => set({ wanted: e.target.checked })}>{t('slips.write')}</Checkbox>}
      {on && (
        <>
          <div className="row">
            <div className="field" id="record-slip.kind">
              <Select className="wide" aria-label={t('slips.kind')} aria-required placeholder={t('slips.kind')} value={slip.kind || undefined} disabled={disabled} status={errorOf('slip.kind') ? 'error' : ''} onChange={(kind) => set({ kind })} options={slipKinds.map((k) => ({ value: k, label: word('slipKind', k) }))} />
              {error('kind')}
            </div>
            <div className="field" id="record-slip.department_id">
              <Select className="wide" showSearch={{ optionFilterProp: 'label' }} aria-label={t('slips.department')} aria-required placeholder={t('slips.department')} value={slip.departmentId || undefined} disabled={disabled} status={errorOf('slip.department_id') ? 'error' : ''}
                onChange={(departmentId) => set({ departmentId })} options={departments.data?.departments.map((d) => ({ value: d.id, label: `${d.branch.name} · ${d.name}` })) ?? []} />
              {error('department_id')}
            </div>
          </div>
          <label className="field"><span>{t('slips.matter')}<span className="needed" aria-hidden="true">*</span></span>
            <Input.TextArea id="record-slip.matter" rows={2} maxLength={3000} value={slip.matter} disabled={disabled} status={errorOf('slip.matter') ? 'error' : undefined} onChange={(e) => set({ matter: e.target.value })} />
            {error('matter')}
          </label>
          <label className="field"><span>{t('slips.suggestion')}</span><Input.TextArea rows={1} className="grow" maxLength={3000} value={slip.suggestion} disabled={disabled} onChange={(e) => set({ suggestion: e.target.value })} /></label>
        </>
      )}
    </fieldset>
  );
}
