/** Frames of the softphone socket (docs/protocols/softphone.md). */
import type { CallOffer, CallQuality, CallSnapshot, Hearing, Hello, Notice, PauseReason, QualityReport, RecordingState, Reply, System } from '@/api/types';

export interface AgentPresence { state: string; since: string; reason: string }

interface EventData {
  hello: Omit<Hello, 'offer'> & { offer: CallOffer | null };
  reply: Reply;
  'agent.state': AgentPresence;
  'media.state': { state: string };
  'call.state': CallSnapshot;
  'call.quality': CallQuality;
  'call.offered': CallOffer;
  'call.offer_ended': { offer_id: string; reason: string };
  'recording.state': RecordingState;
  'task.changed': { task_id: string };
  'system.changed': System;
  notice: Notice;
}

export type EventType = keyof EventData;
export type ServerEvent = { [T in EventType]: { seq: number; type: T; data: EventData[T] } }[EventType];

/** What each command carries, and what its reply brings. */
export interface Commands {
  'media.offer': { data: { sdp: string; restart: boolean }; result: { sdp: string } };
  'agent.set': { data: { state: 'ready' | 'break' | 'offline'; reason?: string }; result: object };
  'call.dial': { data: { task_id: string; contact_point_id: string; override_reason?: string; request_id: string }; result: CallSnapshot };
  'call.hangup': { data: { call_id: string; override_reason?: string }; result: object };
  'call.mute': { data: { call_id: string; muted: boolean }; result: object };
  'call.hold': { data: { call_id: string }; result: object };
  'call.resume': { data: { call_id: string }; result: object };
  'call.dtmf': { data: { call_id: string; digits: string }; result: object };
  'call.pause': { data: { call_id: string; reason: PauseReason; note?: string }; result: object };
  'call.unpause': { data: { call_id: string }; result: object };
  'call.complaint': { data: { call_id: string; note?: string }; result: object };
  'monitor.start': { data: { call_id: string; mode: Hearing; reason: string }; result: object };
  'monitor.mode': { data: { call_id: string; mode: Hearing }; result: object };
  'monitor.stop': { data: { call_id: string }; result: object };
  'monitor.take_over': { data: { call_id: string; reason: string }; result: object };
  'offer.accept': { data: { offer_id: string }; result: object };
  'offer.decline': { data: { offer_id: string; reason?: string }; result: object };
  'transfer.start': { data: { call_id: string; colleague_id: string; consult: boolean; note?: string }; result: object };
  'transfer.complete': { data: { call_id: string }; result: object };
  'transfer.three_way': { data: { call_id: string }; result: object };
  'transfer.end': { data: { call_id: string }; result: object };
  'quality.report': { data: QualityReport; result: object };
  ping: { data: Record<string, never>; result: object };
}
export type CommandType = keyof Commands;

export const closeCodes = { signIn: 4401, replaced: 4409, elsewhere: 4410 } as const;

/** parseFrame gives an event, or nothing when the frame is none. */
export function parseFrame(text: string): ServerEvent | undefined {
  try {
    const frame = JSON.parse(text) as Partial<ServerEvent>;
    return typeof frame.seq === 'number' && typeof frame.type === 'string' && typeof frame.data === 'object' ? (frame as ServerEvent) : undefined;
  } catch {
    return undefined;
  }
}
