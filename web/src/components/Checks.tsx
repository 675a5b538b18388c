import { Checkbox } from 'antd';

interface Props { label: string; options: Array<{ value: string; label: string }>; id?: string; value?: string[]; onChange?: (value: string[]) => void }

/** Boxes of a form field. A group takes no aria-required, which the form's field would give it. */
export function Checks({ label, options, id, value, onChange }: Props) {
  return <Checkbox.Group className="checks" {...(id ? { id } : {})} role="group" aria-label={label} options={options} value={value ?? []} onChange={(v: string[]) => onChange?.(v)} />;
}
