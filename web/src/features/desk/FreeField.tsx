import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';

interface Props { name: string; label: string; hint: string; none: string; value: string; error: string; disabled: boolean; onChange: (value: string) => void }

/** A required free text; where there is nothing to say, "none" is said explicitly with one click. Rule C-01. */
export function FreeField({ name, label, hint, none, value, error, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const id = `record-${name}`;
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}<span className="needed" aria-hidden="true">*</span></label>
        {none && <Button type="link" size="small" disabled={disabled} aria-label={t('record.noneFor', { field: label })} onClick={() => onChange(none)}>{none}</Button>}
      </div>
      <Input.TextArea id={id} rows={2} className="grow" maxLength={3000} placeholder={hint} value={value} disabled={disabled} status={error ? 'error' : undefined}
        aria-required aria-invalid={!!error} aria-describedby={error ? `${id}-error` : undefined} onChange={(e) => onChange(e.target.value)} />
      {error && <p className="field-error" id={`${id}-error`} role="alert">{error}</p>}
    </div>
  );
}
