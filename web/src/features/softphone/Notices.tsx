import { App } from 'antd';
import { useEffect } from 'react';
import { useWord } from '@/i18n';
import { usePhone, usePhoneState } from './context';

/** Shows what the server wants read. */
export function Notices() {
  const { notification } = App.useApp();
  const phone = usePhone();
  const word = useWord();
  const { notices } = usePhoneState();
  useEffect(() => {
    for (const n of notices) {
      const passing = n.code.startsWith('call_') || n.code.startsWith('transfer_');
      notification[passing ? 'info' : 'warning']({ key: `notice-${n.key}`, title: word('notice', n.code, n.params), duration: passing ? 6 : 0 });
      phone.readNotice(n.key);
    }
  }, [notices, notification, phone, word]);
  return null;
}
