import { Alert, Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFaultText } from '@/components/Fault';

/** Asks why before something that is logged is done. */
export function ReasonModal({ title, text, label, ok, needed = true, busy, error, danger = false, children, onClose, onGo }: {
  title: string; text?: string; label?: string; ok: string; needed?: boolean; busy: boolean; error: unknown; danger?: boolean; children?: ReactNode; onClose: () => void; onGo: (reason: string) => void;
}) {
  const { t } = useTranslation();
  const fault = useFaultText();
  const [reason, setReason] = useState('');
  return (
    <Modal open title={title} onCancel={onClose} okText={ok} cancelText={t('common.cancel')} okButtonProps={{ disabled: needed && !reason.trim(), loading: busy, danger }} onOk={() => onGo(reason.trim())}>
      {Boolean(error) && <Alert type="error" showIcon className="gap-below" title={fault(error)} />}
      {text && <p>{text}</p>}
      {children}
      <label className="field">
        <span>{label ?? t('retention.reason')}</span>
        <Input.TextArea rows={2} maxLength={2000} value={reason} onChange={(e) => setReason(e.target.value)} />
      </label>
    </Modal>
  );
}
