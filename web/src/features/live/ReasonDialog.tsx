import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveCall } from '@/api/types';
import type { Wish } from './useMonitor';

/** Why a supervisor takes part in a call: it is logged. */
export function ReasonDialog({ wish, call, busy, onClose, onGo }: { wish: Wish; call: LiveCall; busy: boolean; onClose: () => void; onGo: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  return (
    <Modal open title={t(`live.${wish}`)} onCancel={onClose} okText={t(`live.${wish}`)} okButtonProps={{ disabled: !reason.trim(), loading: busy, danger: wish === 'take_over' }} onOk={() => onGo(reason.trim())}>
      <p>{t(`live.text.${wish}`, { agent: call.agent.name, customer: call.customer_name })}</p>
      <label className="field">
        <span>{t('live.reason')}</span>
        <Input.TextArea rows={2} maxLength={150} value={reason} onChange={(e) => setReason(e.target.value)} />
      </label>
      <p className="faint">{t('live.logged')}</p>
    </Modal>
  );
}
