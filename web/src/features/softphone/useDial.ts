import { App } from 'antd';
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { asApiError, type ApiError } from '@/api/errors';
import { keys } from '@/api/keys';
import { useFaultText } from '@/components/Fault';
import { usePhone } from './context';
import type { Target } from './target';

export interface DialRefusal { target: Target; error: ApiError }

/** Dials a target. The gate in the server decides; its refusal is kept to be explained. */
export function useDial() {
  const phone = usePhone();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const fault = useFaultText();
  const [dialing, setDialing] = useState(false);
  const [refusal, setRefusal] = useState<DialRefusal | null>(null);

  const dial = (target: Target, overrideReason = '') => {
    if (dialing) return;
    setDialing(true);
    phone.dial(target.taskId, target.contactPointId, overrideReason)
      .then(() => setRefusal(null))
      .catch((err: unknown) => {
        const error = asApiError(err);
        void queries.invalidateQueries({ queryKey: keys.taskAny(target.taskId) });
        if (error.code === 'refused') setRefusal({ target, error });
        else void message.error(fault(error));
      })
      .finally(() => setDialing(false));
  };
  return { dial, dialing, refusal, forget: () => setRefusal(null) };
}
