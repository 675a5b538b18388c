import { Alert, Button, Drawer, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUsers } from '@/api/queries';
import { caseClasses, caseKinds } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { CustomerSelect } from '@/features/tasks/CustomerSelect';
import { useWord } from '@/i18n';
import { useAct } from './useCases';

/** Opens a case by hand: it goes to a superior at once. Rule C-19. */
export function NewCase({ onClose, onOpened }: { onClose: () => void; onOpened: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const fault = useFaultText();
  const users = useUsers();
  const [kind, setKind] = useState<string>('anomaly');
  const [cls, setClass] = useState<string>();
  const [customer, setCustomer] = useState<string>();
  const [concerned, setConcerned] = useState<string>();
  const [matter, setMatter] = useState('');
  const open = useAct<object>('/cases');
  const ready = customer && matter.trim() && (kind === 'complaint' || cls);
  return (
    <Drawer open size={480} title={t('cases.open')} onClose={onClose}
      footer={<div className="drawer-foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="primary" disabled={!ready} loading={open.isPending}
        onClick={() => open.mutate({ kind, ...(kind === 'anomaly' ? { class: cls } : {}), customer_id: customer, ...(concerned ? { concerned_id: concerned } : {}), matter }, { onSuccess: (c) => onOpened(c.id) })}>{t('cases.openIt')}</Button></div>}>
      {open.error && <Alert type="error" showIcon role="alert" className="gap-below" title={fault(open.error)} />}
      <Radio.Group aria-label={t('cases.kind')} value={kind} onChange={(e) => setKind(String(e.target.value))} options={caseKinds.map((k) => ({ value: k, label: word('caseKind', k) }))} />
      {kind === 'anomaly' && <label className="field"><span>{t('cases.class')}</span><Select aria-label={t('cases.class')} value={cls} onChange={setClass} options={caseClasses.map((k) => ({ value: k, label: word('caseClass', k) }))} /></label>}
      <div className="field"><label htmlFor="case-customer">{t('cases.customer')}</label><CustomerSelect id="case-customer" value={customer} onChange={setCustomer} /></div>
      <label className="field"><span>{t('cases.concerned')}</span><Select allowClear showSearch={{ optionFilterProp: 'label' }} aria-label={t('cases.concerned')} value={concerned} onChange={setConcerned} options={users.data?.users.map((u) => ({ value: u.id, label: u.name })) ?? []} /></label>
      <label className="field"><span>{t('cases.matter')}</span><Input.TextArea rows={5} maxLength={3000} value={matter} onChange={(e) => setMatter(e.target.value)} /></label>
    </Drawer>
  );
}
