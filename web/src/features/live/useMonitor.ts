import { App } from 'antd';
import { useState } from 'react';
import type { Hearing, LiveCall } from '@/api/types';
import { useFaultText } from '@/components/Fault';
import { usePhone } from '@/features/softphone/context';

export type Wish = Hearing | 'take_over';

/** What a supervisor does with the calls of agents; `after` reads the list again. */
export function useMonitor(after: () => void) {
  const phone = usePhone();
  const { message } = App.useApp();
  const fault = useFaultText();
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await act();
      return true;
    } catch (err) {
      void message.error(fault(err));
      return false;
    } finally {
      setBusy(false);
      after();
    }
  };
  return {
    busy,
    begin: (call: LiveCall, wish: Wish, reason: string) => run(() => (wish === 'take_over' ? phone.takeOverCall(call.id, reason) : phone.monitor(call.id, wish, reason))),
    change: (call: LiveCall, mode: Hearing) => void run(() => phone.monitorMode(call.id, mode)),
    stop: (call: LiveCall) => void run(() => phone.stopMonitor(call.id)),
  };
}

export type Monitor = ReturnType<typeof useMonitor>;
