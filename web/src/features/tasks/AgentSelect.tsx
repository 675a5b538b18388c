import { Select } from 'antd';
import { useUsers } from '@/api/queries';

interface Props { id?: string; className?: string; label?: string; placeholder?: string; value?: string; status?: 'error'; required?: boolean; onChange?: (id: string | undefined) => void }

/** Chooses one of the agents who work, by name, account or staff number. */
export function AgentSelect({ id, className, label, placeholder, value, status, required, onChange }: Props) {
  const users = useUsers('agent');
  const agents = (users.data?.users ?? []).filter((u) => !u.disabled);
  return (
    <Select<string>
      id={id}
      className={className ?? 'wide'}
      aria-label={label}
      aria-required={required}
      placeholder={placeholder}
      status={status ?? (users.error ? 'error' : undefined)}
      loading={users.isPending}
      allowClear
      showSearch={{ optionFilterProp: 'find' }}
      value={value}
      onChange={(chosen: string | undefined) => onChange?.(chosen)}
      options={agents.map((u) => ({ value: u.id, label: `${u.name} ${u.staff_number}`, find: `${u.name} ${u.login} ${u.staff_number} ${u.department?.name ?? ''}` }))}
    />
  );
}
