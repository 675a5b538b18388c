import { App, Button, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useColleagues } from '@/api/queries';
import type { CallSnapshot, Colleague } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { Load, Nothing } from '@/components/Load';
import { StateTag, Tag } from '@/components/StateTag';
import { usePhone } from '@/features/softphone/context';
import { useWord } from '@/i18n';

/** Who may be given the call (Rule C-15), who is free, who speaks the customer's language (Rule T-11). */
export function TransferDialog({ call, onClose }: { call: CallSnapshot; onClose: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const fault = useFaultText();
  const { message } = App.useApp();
  const list = useColleagues(call.id);
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  const [text, setText] = useState('');
  const [busy, setBusy] = useState('');
  const can = !busy && !!list.data?.colleagues.some((c) => c.id === to && c.free);
  const go = (consult: boolean) => {
    setBusy(consult ? 'consult' : 'blind');
    phone.transfer(call.id, to, consult, note.trim()).then(onClose).catch((err: unknown) => void message.error(fault(err))).finally(() => setBusy(''));
  };
  return (
    <Modal open title={t('transfer.title')} onCancel={onClose} width={560} destroyOnHidden footer={[
      <Button key="blind" disabled={!can} loading={busy === 'blind'} onClick={() => go(false)}>{t('transfer.blind')}</Button>,
      <Button key="consult" type="primary" disabled={!can} loading={busy === 'consult'} onClick={() => go(true)}>{t('transfer.consult')}</Button>,
    ]}>
      <p className="faint">{t('transfer.customer', { name: call.customer_name })} · {t('transfer.hold')}</p>
      <Input className="gap-below" autoFocus allowClear aria-label={t('transfer.search')} placeholder={t('transfer.search')} value={text} onChange={(e) => setText(e.target.value)} />
      <Load query={list} rows={3}>
        {({ colleagues }) => (colleagues.length === 0 ? <Nothing text={t('transfer.none')} /> : <Choice list={colleagues.filter((c) => found(c, text))} to={to} onTo={setTo} />)}
      </Load>
      <label className="field">
        <span>{t('transfer.note')}</span>
        <Input.TextArea rows={2} maxLength={150} placeholder={t('transfer.noteHint')} value={note} onChange={(e) => setNote(e.target.value)} />
      </label>
    </Modal>
  );
}

const found = (c: Colleague, text: string) => `${c.name} ${c.department}`.toLowerCase().includes(text.trim().toLowerCase());

function Choice({ list, to, onTo }: { list: Colleague[]; to: string; onTo: (id: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <Radio.Group className="colleagues" aria-label={t('transfer.colleagues')} value={to} onChange={(e) => onTo(e.target.value as string)}>
      {list.map((c) => (
        <Radio key={c.id} value={c.id} disabled={!c.free} data-free={c.free}>
          <span className="colleague">
            <strong>{c.name}</strong>
            <span className="faint">{c.department}</span>
            <span className="colleague-tags">
              {c.speaks ? <Tag tone="green" title={t('transfer.speaks')}>{c.languages.map((l) => word('language', l)).join(', ')}</Tag> : <span className="faint">{c.languages.map((l) => word('language', l)).join(', ')}</span>}
              <StateTag group="agentState" value={c.state} />
            </span>
          </span>
        </Radio>
      ))}
    </Radio.Group>
  );
}
