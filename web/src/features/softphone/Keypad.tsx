import { AppstoreOutlined } from '@ant-design/icons';
import { App, Button, Popover, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/app/shortcuts';
import { useFaultText } from '@/components/Fault';
import { usePhone } from './context';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** Sends digits to the far side (RFC 4733), by mouse or by the keys while it is open. */
export function Keypad({ callId, disabled }: { callId: string; disabled: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const phone = usePhone();
  const fault = useFaultText();
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState('');
  const press = (digit: string) => {
    setSent((s) => (s + digit).slice(-16));
    phone.dtmf(callId, digit).catch((err: unknown) => void message.error(fault(err)));
  };
  useShortcut('Alt+K', () => setOpen((o) => !o), !disabled);
  useTypedDigits(open, press);
  const close = (next: boolean) => {
    setOpen(next);
    if (!next) setSent('');
  };
  return (
    <Popover
      trigger="click"
      open={open && !disabled}
      onOpenChange={close}
      content={
        <div className="keypad" role="group" aria-label={t('phone.keypad')}>
          <output className="num keypad-sent" aria-label={t('phone.sentDigits')}>{sent || ' '}</output>
          {digits.map((d) => <Button key={d} className="num" onClick={() => press(d)}>{d}</Button>)}
        </div>
      }
    >
      <Tooltip title={open ? '' : `${t('phone.keypad')} Alt+K`}>
        <Button className="control" icon={<AppstoreOutlined />} aria-label={t('phone.keypad')} aria-expanded={open} aria-keyshortcuts="Alt+K" disabled={disabled}>
          <span className="control-word">{t('phone.keypad')}</span>
        </Button>
      </Tooltip>
    </Popover>
  );
}

function useTypedDigits(on: boolean, press: (digit: string) => void): void {
  useEffect(() => {
    if (!on) return;
    const typed = (e: KeyboardEvent) => {
      const writing = e.target instanceof HTMLElement && ['INPUT', 'TEXTAREA'].includes(e.target.tagName);
      if (digits.includes(e.key) && !e.altKey && !e.ctrlKey && !writing) press(e.key);
    };
    globalThis.addEventListener('keydown', typed);
    return () => globalThis.removeEventListener('keydown', typed);
  });
}
