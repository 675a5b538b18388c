/** Visits on site: types, keys and queries. Rules C-11, C-26. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { components } from './schema';

type S = components['schemas'];
export type Visit = S['Visit'];
export type VisitInput = S['VisitInput'];
export type VisitList = S['VisitList'];
export type Point = S['VisitPoint'];

export const visitKeys = {
  ofTask: (taskId: string) => ['task', taskId, 'visits'] as const, // stale with the task
  ofCustomer: (customerId: string) => ['visits', 'customer', customerId] as const,
};

export const useTaskVisits = (taskId: string) => useQuery({ queryKey: visitKeys.ofTask(taskId), enabled: !!taskId, queryFn: ({ signal }) => api.get<VisitList>(`/tasks/${taskId}/visits`, undefined, signal) });

export const useCustomerVisits = (customerId: string) => useQuery({ queryKey: visitKeys.ofCustomer(customerId), queryFn: ({ signal }) => api.get<VisitList>(`/customers/${customerId}/visits`, undefined, signal) });
