import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import { channels, type ContactChannel, type CustomerCard, type CustomerPatch, type Task } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';

/** Notes that the customer does not want calls, and how they want to be reached; or takes it back. Rule C-14. */
export function DoNotCallDialog({ open, task, onClose }: { open: boolean; task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { message } = App.useApp();
  const fault = useFaultText();
  const queries = useQueryClient();
  const [channel, setChannel] = useState<ContactChannel>('sms');
  const [reason, setReason] = useState('');
  const set = !task.customer_card.do_not_call;
  const save = useMutation({
    mutationFn: () => {
      const patch: CustomerPatch = { do_not_call: set ? { channel, reason: reason.trim() } : null };
      return api.patch<CustomerCard>(`/customers/${task.customer_card.id}`, patch);
    },
    onSuccess: () => {
      void message.success(t('common.saved'));
      setReason('');
      for (const queryKey of [keys.tasks, ['task']]) void queries.invalidateQueries({ queryKey });
      onClose();
    },
    onError: (err) => void message.error(fault(err)),
  });
  return (
    <Modal open={open} title={t(set ? 'card.doNotCall' : 'card.allowCalls')} onCancel={onClose} okText={t('common.save')} okButtonProps={{ disabled: set && !reason.trim(), loading: save.isPending }} onOk={() => save.mutate()}>
      {set ? (
        <>
          <p className="faint">{t('doNotCall.hint')}</p>
          <div className="field">
            <span id="dnc-channel">{t('doNotCall.channel')}</span>
            <Radio.Group optionType="button" aria-labelledby="dnc-channel" value={channel} onChange={(e) => setChannel(e.target.value as ContactChannel)} options={channels.map((c) => ({ value: c, label: word('channel', c) }))} />
          </div>
          <label className="field">
            <span>{t('doNotCall.reason')}</span>
            <Input.TextArea rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
          </label>
        </>
      ) : <p>{t('doNotCall.undo')}</p>}
    </Modal>
  );
}
