import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomers } from '@/api/queries';
import type { CustomerCard } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';

const typing = 300; // ms after the last key

/** Finds a customer by name, code or number. */
export function CustomerSelect({ id, value, onChange }: { id?: string; value?: string; onChange?: (id: string | undefined) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const [text, setText] = useState('');
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<CustomerCard>();
  useEffect(() => {
    const timer = setTimeout(() => setWanted(text.trim()), typing);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useCustomers(wanted);
  const list = found.data?.customers ?? [];
  const cards = chosen && chosen.id === value && !list.some((c) => c.id === chosen.id) ? [chosen, ...list] : list;
  return (
    <Select<string>
      id={id}
      className="wide"
      aria-required
      allowClear
      placeholder={t('tasks.customerHint')}
      loading={found.isFetching}
      showSearch={{ filterOption: false, onSearch: setText }}
      notFoundContent={found.error ? fault(found.error) : found.isPending ? t('common.loading') : t('tasks.noCustomer')}
      value={value}
      onChange={(customerId: string | undefined) => {
        setChosen(cards.find((c) => c.id === customerId));
        onChange?.(customerId);
      }}
      options={cards.map((c) => ({ value: c.id, label: [c.name, c.code, c.contact_points[0]?.masked_number, word('customerKind', c.kind), c.do_not_call && t('desk.doNotCall')].filter(Boolean).join(' · ') }))}
    />
  );
}
