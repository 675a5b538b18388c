import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { PlanDetail } from '@/api/types';
import { hasRole, useMe } from '@/app/session';

/** A step of a plan: what the server answers is the plan as it is now. */
export function usePlanAct<T extends object>(path: string, method: 'post' | 'put' = 'post', done?: (p: PlanDetail) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: T) => api[method]<PlanDetail>(path, body),
    onSuccess: (p) => {
      queries.setQueryData(keys.plan(p.id), p);
      void queries.invalidateQueries({ queryKey: keys.plans });
      void queries.invalidateQueries({ queryKey: keys.tasks });
      done?.(p);
    },
  });
}

/** Whether whoever looks writes the plan: a supervisor of its branch. */
export function useWrites(p: PlanDetail): boolean {
  const me = useMe();
  return hasRole(me, 'supervisor') && me.user.branch === p.branch.name;
}
