import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Refusal } from '@/api/types';
import { hasRole, useMe } from '@/app/session';
import { Light } from '@/app/Light';
import { RefusalList } from '@/components/RefusalList';
import { usePhone } from './context';
import type { DialRefusal } from './useDial';

/** Why the call was refused, by which rule, what would be allowed; and, for supervisors, the override of hours and spacing. */
export function RefusalDialog({ refusal, busy, onClose, onOverride }: { refusal: DialRefusal; busy: boolean; onClose: () => void; onOverride: (reason: string) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const [reason, setReason] = useState('');
  const list = refusalsOf(refusal);
  const overridable = hasRole(me, 'supervisor') && list.every((r) => r.rule === 'T-04' || r.rule === 'T-05');
  return (
    <Light>
      <Modal open title={t('refusal.title', { name: refusal.target.name })} onCancel={onClose} footer={<Footer refusal={refusal} onClose={onClose} />} data-state="refused">
        <RefusalList refusals={list} nextAllowedAt={refusal.error.allowedAt ?? refusal.target.gate?.next_allowed_at ?? null} />
        {overridable && (
          <form className="override" onSubmit={(e) => { e.preventDefault(); onOverride(reason.trim()); }}>
            <label className="field">
              <span>{t('refusal.overrideReason')}</span>
              <Input.TextArea rows={2} maxLength={150} value={reason} onChange={(e) => setReason(e.target.value)} />
            </label>
            <p className="faint">{t('refusal.overrideLogged')}</p>
            <Button htmlType="submit" danger disabled={!reason.trim()} loading={busy}>{t('refusal.override')}</Button>
          </form>
        )}
      </Modal>
    </Light>
  );
}

/** The button that leads out, where there is one. */
function Footer({ refusal, onClose }: { refusal: DialRefusal; onClose: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const navigate = useNavigate();
  const go = (path: string) => {
    onClose();
    void navigate(path);
  };
  const ways: Record<string, { text: string; act: () => void }> = {
    agent_not_ready: { text: t('refusal.getReady'), act: () => void phone.startWork().then((ok) => (ok ? onClose() : go('/check'))).catch(onClose) },
    no_media: { text: t('strip.check'), act: () => go('/check') },
  };
  const way = ways[refusal.error.reason];
  return (
    <>
      <Button onClick={onClose}>{t('common.close')}</Button>
      {way && <Button type="primary" onClick={way.act}>{way.text}</Button>}
    </>
  );
}

/** The server's refusal first, then whatever else the gate had against the call. */
function refusalsOf({ error, target }: DialRefusal): Refusal[] {
  const first: Refusal = { rule: error.rule, reason: error.reason, detail: error.message, params: error.problem?.params ?? {}, allowed_at: error.allowedAt };
  const others = (target.gate?.refusals ?? []).filter((r) => r.reason !== first.reason);
  return [first, ...others];
}
