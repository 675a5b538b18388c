/** Messages to customers: types, keys and queries. Rules C-14, C-26, M-03. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { components } from './schema';

type S = components['schemas'];
export type Message = S['Message'];
export type MessageDetail = S['MessageDetail'];
export type MessageStep = S['MessageStep'];
export type MessagePage = S['MessagePage'];
export type MessageOrder = S['MessageOrder'];
export type MessagePreview = S['MessagePreview'];
export type MessageOffer = S['MessageOffer'];
export type TaskMessages = S['TaskMessages'];
export type Channels = S['Channels'];
export type ChannelWay = S['ChannelWay'];
export type MessageTemplate = S['MessageTemplate'];
export type MessageTemplates = S['MessageTemplates'];
export type MessageTemplateInput = S['MessageTemplateInput'];

export const messageStates = ['queued', 'sending', 'sent', 'delivered', 'failed', 'opted_out', 'cancelled'] as const;
export const messagePurposes = ['missed_calls', 'appointment', 'complaint_received', 'second_call_back', 'birthday', 'festival', 'notice'] as const;
export type MessagePurpose = (typeof messagePurposes)[number];
export const messageChannels = ['sms', 'email'] as const;
export type MessageChannel = (typeof messageChannels)[number];

export const messageKeys = {
  all: ['messages'] as const,
  list: (filter: object) => ['messages', 'list', filter] as const,
  one: (id: string) => ['messages', 'one', id] as const,
  ofTask: (taskId: string) => ['task', taskId, 'messages'] as const, // stale with the task
  channels: (customerId: string) => ['messages', 'channels', customerId] as const,
  templates: ['messages', 'templates'] as const,
};

export interface MessageFilter { state?: string; channel?: string; purpose?: string; q?: string; customer_id?: string }

const moving = (s: string) => s === 'queued' || s === 'sending';

export const useMessages = (filter: MessageFilter) =>
  useInfiniteQuery({
    queryKey: messageKeys.list(filter),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.get<MessagePage>('/messages', { limit: 50, ...filter, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: 5_000,
  });

export const useMessage = (id: string) => useQuery({ queryKey: messageKeys.one(id), refetchInterval: 5_000, queryFn: ({ signal }) => api.get<MessageDetail>(`/messages/${id}`, undefined, signal) });

/** Read again while something is on its way. */
export const useTaskMessages = (taskId: string) =>
  useQuery({
    queryKey: messageKeys.ofTask(taskId), enabled: !!taskId,
    queryFn: ({ signal }) => api.get<TaskMessages>(`/tasks/${taskId}/messages`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.messages.some((m) => moving(m.state)) ? 1_000 : 30_000),
  });

export const useChannels = (customerId: string, enabled = true) =>
  useQuery({ queryKey: messageKeys.channels(customerId), enabled, queryFn: ({ signal }) => api.get<Channels>(`/customers/${customerId}/channels`, undefined, signal) });

export const useMessageTemplates = () => useQuery({ queryKey: messageKeys.templates, queryFn: ({ signal }) => api.get<MessageTemplates>('/message-templates', undefined, signal) });
