/**
 * What the page knows of its softphone, in the server's words. One reducer,
 * fed by the socket alone: the server is the authority, the page renders.
 */
import type { CallOffer, CallQuality, CallSnapshot, ICEServer, Notice, System } from '@/api/types';
import type { AgentPresence, ServerEvent } from './protocol';
import type { Link } from './socket';

export interface SoftphoneState {
  link: Link;
  agent: AgentPresence;
  /** The media connection as the server sees it. */
  media: string;
  iceServers: ICEServer[];
  /** All sound goes through the TURN servers. */
  relayOnly: boolean;
  call: CallSnapshot | null;
  /** A colleague's call that one has joined. */
  guest: CallSnapshot | null;
  /** A call that rings here. */
  offer: CallOffer | null;
  quality: CallQuality | null;
  /** States of recordings that came after their call's last snapshot. */
  recordings: Record<string, { state: string; error: string }>;
  system: System | null;
  notices: Array<Notice & { key: number }>;
  /** Goes up with every hello that says: forget what you knew. */
  resets: number;
}

export type SoftphoneAction = { type: 'link'; link: Link } | { type: 'event'; event: ServerEvent } | { type: 'notice.read'; key: number };

export const initialState: SoftphoneState = {
  link: 'idle',
  agent: { state: 'offline', since: '', reason: '' },
  media: 'none',
  iceServers: [],
  relayOnly: false,
  call: null,
  guest: null,
  offer: null,
  quality: null,
  recordings: {},
  system: null,
  notices: [],
  resets: 0,
};

export function reduce(state: SoftphoneState, action: SoftphoneAction): SoftphoneState {
  switch (action.type) {
    case 'link':
      return { ...state, link: action.link };
    case 'notice.read':
      return { ...state, notices: state.notices.filter((n) => n.key !== action.key) };
    case 'event':
      return onEvent(state, action.event);
  }
}

function onEvent(state: SoftphoneState, event: ServerEvent): SoftphoneState {
  switch (event.type) {
    case 'hello': {
      const { agent, media, call, offer, system, reset } = event.data;
      const known = reset ? { ...initialState, link: state.link, resets: state.resets + 1 } : state;
      return { ...known, agent, media: media.state, iceServers: media.ice_servers, relayOnly: media.relay_only, system, offer, ...withCall({ ...known, guest: null }, call) };
    }
    case 'agent.state':
      return { ...state, agent: event.data };
    case 'media.state':
      return { ...state, media: event.data.state };
    case 'call.state':
      return { ...state, ...withCall(state, event.data), ...farewell(state, event.data, event.seq) };
    case 'call.offered':
      return { ...state, offer: event.data };
    case 'call.offer_ended':
      return state.offer?.offer_id === event.data.offer_id ? { ...state, offer: null } : state;
    case 'call.quality':
      return state.call?.id === event.data.call_id ? { ...state, quality: event.data } : state;
    case 'recording.state': {
      const { recording_id, call_id, state: word, error } = event.data;
      const call = state.call?.id === call_id ? { ...state.call, recording: { ...state.call.recording, state: word } } : state.call;
      return { ...state, call, recordings: { ...state.recordings, [recording_id]: { state: word, error } } };
    }
    case 'system.changed':
      return { ...state, system: event.data };
    case 'notice':
      return { ...state, notices: [...state.notices, { ...event.data, key: event.seq }].slice(-20) };
    case 'task.changed':
    case 'reply':
      return state;
  }
}

/** A closed call is no call; figures of quality belong to one call. */
function withCall(state: SoftphoneState, call: CallSnapshot | null): Pick<SoftphoneState, 'call' | 'guest' | 'quality'> {
  const current = call && call.state !== 'closed' ? call : null;
  if (call?.guest) return { call: state.call, guest: current, quality: state.quality };
  return { guest: null, call: current, quality: current && current.id === state.quality?.call_id && isLive(current) ? state.quality : null };
}

/** Why a call that goes on without this softphone is gone from it. */
const partings = ['taken_over', 'transferred', 'agent_lost', 'transfer_returned', 'transfer_colleague_lost', 'transfer_call_ended'];

function farewell(state: SoftphoneState, call: CallSnapshot, key: number): Partial<SoftphoneState> {
  const had = call.guest ? state.guest : state.call;
  if (call.state !== 'closed' || had?.id !== call.id || !isLive(had) || !partings.includes(call.reason)) return {};
  const code = call.guest ? call.reason : `call_${call.reason}`;
  return { notices: [...state.notices, { code, params: { customer_name: call.customer_name }, key }].slice(-20) };
}

/** isLive: a leg of the call may still be up. */
export function isLive(call: CallSnapshot | null | undefined): call is CallSnapshot {
  return !!call && call.state !== 'wrapup' && call.state !== 'closed';
}

/** isAnswered: the customer's side has picked up and is not yet gone. */
export function isAnswered(call: CallSnapshot | null | undefined): boolean {
  return !!call && ['announcing', 'talking', 'held'].includes(call.state);
}
