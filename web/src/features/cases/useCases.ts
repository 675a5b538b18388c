/** The reads and writes of cases, what waits, and the day's problems. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { CaseDetail, CasePage, DailyProblems, WaitingList } from '@/api/types';

export interface CaseFilter { kind?: string; class?: string; state?: string; overdue?: string; call_id?: string }

export const useCases = (filter: CaseFilter) =>
  useInfiniteQuery({
    queryKey: keys.caseList(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<CasePage>('/cases', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: 60_000,
  });

export const useCase = (id: string) => useQuery({ queryKey: keys.case(id), queryFn: ({ signal }) => api.get<CaseDetail>(`/cases/${id}`, undefined, signal) });

export const useWaiting = () => useQuery({ queryKey: keys.waiting, refetchInterval: 60_000, queryFn: ({ signal }) => api.get<WaitingList>('/my/waiting', undefined, signal) });

export const useProblems = (day: string) =>
  useQuery({ queryKey: keys.problems(day), queryFn: ({ signal }) => api.get<DailyProblems>('/daily-problems', { day }, signal) });

/** Something done with a case, whose answer is the case as it is then. */
export function useAct<T extends object>(path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: T) => api.post<CaseDetail>(path, body),
    onSuccess: (c) => {
      void queries.invalidateQueries({ queryKey: keys.cases });
      void queries.invalidateQueries({ queryKey: keys.tasks });
      queries.setQueryData(keys.case(c.id), c);
    },
  });
}
