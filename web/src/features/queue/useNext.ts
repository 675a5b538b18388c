import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { QueueNext, QueueState } from '@/api/types';

export const useQueue = () => useQuery({ queryKey: keys.queue, refetchInterval: 60_000, queryFn: ({ signal }) => api.get<QueueState>('/queue', undefined, signal) });

/** Takes the next task and opens its card. It never dials: that is the agent's click. */
export function useNext(open: (taskId: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<QueueNext>('/queue/next', {}),
    onSuccess: (next) => {
      for (const queryKey of [keys.tasks, keys.queue]) void queries.invalidateQueries({ queryKey });
      if (next.task) open(next.task.id);
    },
  });
}

export type Next = ReturnType<typeof useNext>;
