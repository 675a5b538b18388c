import { FrownOutlined } from '@ant-design/icons';
import { App, Badge, Button, Input, Modal, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTask } from '@/api/queries';
import type { CallSnapshot } from '@/api/types';
import { Light } from '@/app/Light';
import { useShortcut } from '@/app/shortcuts';
import { useFaultText } from '@/components/Fault';
import { useLanguage } from '@/i18n';
import { isAnswered } from '@/signaling/reducer';
import { usePhone } from './context';

/** The customer complains: what to say, and a mark at this moment of the recording. Rule C-20. */
export function ComplaintButton({ call }: { call: CallSnapshot }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const can = isAnswered(call);
  useShortcut('Alt+J', () => setOpen(true), can);
  return (
    <>
      <Tooltip title={`${t('phone.complaint')} Alt+J`}>
        <Badge size="small" count={call.complaints}>
          <Button className="control" icon={<FrownOutlined />} aria-label={t('phone.complaint')} aria-keyshortcuts="Alt+J" disabled={!can} onClick={() => setOpen(true)} data-complaints={call.complaints} />
        </Badge>
      </Tooltip>
      <Light>{open && <ComplaintDialog call={call} onClose={() => setOpen(false)} />}</Light>
    </>
  );
}

function ComplaintDialog({ call, onClose }: { call: CallSnapshot; onClose: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const fault = useFaultText();
  const { message } = App.useApp();
  const task = useTask(call.task_id, useLanguage());
  const [note, setNote] = useState('');
  const calming = task.data?.script.find((p) => p.key === 'complaint');
  const send = () => phone.complaint(call.id, note.trim()).then(() => { void message.success(t('phone.complaintDone')); onClose(); }).catch((err: unknown) => void message.error(fault(err)));
  return (
    <Modal open title={t('phone.complaintTitle')} onCancel={onClose} okText={t('phone.complaintMark')} okButtonProps={{ danger: true, disabled: !isAnswered(call) }} onOk={() => void send()} destroyOnHidden>
      {calming && <section className="calming"><h3>{calming.title}</h3><p>{calming.text}</p></section>}
      <label className="field">
        <span>{t('phone.complaintNote')}</span>
        <Input.TextArea rows={3} maxLength={150} value={note} onChange={(e) => setNote(e.target.value)} />
      </label>
      <p className="faint">{t('phone.complaintText')}</p>
    </Modal>
  );
}
