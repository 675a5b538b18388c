import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { keys } from '@/api/keys';
import type { ServerEvent } from '@/signaling/protocol';
import type { MicrophoneState } from '@/media/microphone';
import { Softphone, type PhoneState } from './engine';
import type { Target } from './target';

const SoftphoneContext = createContext<Softphone | null>(null);

/** Keeps one softphone for as long as somebody with a line is signed in. */
export function SoftphoneProvider({ children, make = () => new Softphone() }: { children: ReactNode; make?: () => Softphone }) {
  const queries = useQueryClient();
  const [phone, setPhone] = useState<Softphone | null>(null);
  const maker = useRef(make);
  useEffect(() => {
    const made = maker.current();
    made.onEvent = (event) => stale(queries, event);
    made.start();
    setPhone(made);
    return () => made.stop();
  }, [queries]);
  if (!phone) return null;
  return <SoftphoneContext value={phone}>{children}</SoftphoneContext>;
}

/** Events only say what to read again; lists are always the API's own. */
function stale(queries: QueryClient, event: ServerEvent): void {
  const again = (...list: ReadonlyArray<readonly unknown[]>) => list.forEach((queryKey) => void queries.invalidateQueries({ queryKey }));
  switch (event.type) {
    case 'hello':
      if (event.data.reset) again(keys.tasks, keys.myCall, ['task']);
      queries.setQueryData(keys.system, event.data.system);
      break;
    case 'task.changed':
      again(keys.tasks, keys.taskAny(event.data.task_id));
      break;
    case 'call.state':
      if (event.data.ended_at || event.data.state === 'closed') again(keys.tasks, keys.myCall, keys.taskAny(event.data.task_id));
      break;
    case 'recording.state':
      again(keys.recording(event.data.recording_id));
      break;
    case 'system.changed':
      queries.setQueryData(keys.system, event.data);
      break;
  }
}

/** The softphone, or null for people without a line. */
export const useMaybePhone = (): Softphone | null => use(SoftphoneContext);

export function usePhone(): Softphone {
  const phone = use(SoftphoneContext);
  if (!phone) throw new Error('no softphone here');
  return phone;
}

export function usePhoneState(): PhoneState {
  const phone = usePhone();
  return useSyncExternalStore(phone.subscribe, phone.get);
}

export function useMicrophone(): MicrophoneState {
  const { microphone } = usePhone();
  return useSyncExternalStore(microphone.subscribe, microphone.get);
}

export function useTarget(): Target | null {
  const { target } = usePhone();
  return useSyncExternalStore(target.subscribe, target.get).target;
}
