/**
 * The softphone of a tab: socket, state, microphone and media connection, put
 * together. Made at sign-in, ended at sign-out; it outlives every page of the
 * app. React only follows it.
 */
import { ApiError } from '@/api/errors';
import type { CallSnapshot, Hearing, PauseReason } from '@/api/types';
import { syncClock } from '@/app/clock';
import { Microphone } from '@/media/microphone';
import { Peer } from '@/media/peer';
import { qualityOf } from '@/media/stats';
import { Store } from '@/media/store';
import type { ServerEvent } from '@/signaling/protocol';
import { initialState, isLive, reduce, type SoftphoneAction, type SoftphoneState } from '@/signaling/reducer';
import { SoftphoneSocket } from '@/signaling/socket';
import { leaveMark, tookPart } from './tab';
import { TargetStore } from './target';

export interface PhoneState extends SoftphoneState {
  /** The media connection as the browser sees it. */
  peer: RTCPeerConnectionState | 'none';
}

const reportEvery = 2_000; // ms between two reports of quality
const patience = 8_000; // ms that a command waits for a connection

export class Softphone extends Store<PhoneState> {
  readonly microphone = new Microphone();
  readonly target = new TargetStore();
  onEvent: (event: ServerEvent) => void = () => undefined;
  private readonly socket: SoftphoneSocket;
  private peer: Peer | undefined;
  private opening: Promise<boolean> | undefined;
  private turn = 0; // goes up when what is being opened is wanted no more
  private reports: ReturnType<typeof setInterval> | undefined;

  constructor(url: (query: string) => string = socketURL) {
    super({ ...initialState, peer: 'none' });
    this.microphone.onTrack = (track) => this.peer?.replaceTrack(track);
    this.socket = new SoftphoneSocket({ url, onLink: (link) => this.apply({ type: 'link', link }), onEvent: (e) => this.receive(e) });
  }

  start(): void {
    globalThis.addEventListener('beforeunload', this.beforeUnload);
    globalThis.addEventListener('pagehide', this.pageHide);
    this.reports = setInterval(() => {
      void this.report();
      void this.heal();
    }, reportEvery);
    // After a reload the microphone comes first: then sound may play without a click.
    if (tookPart.working()) void this.openMedia();
    this.socket.connect(leaveMark.take());
  }

  stop(): void {
    globalThis.removeEventListener('beforeunload', this.beforeUnload);
    globalThis.removeEventListener('pagehide', this.pageHide);
    clearInterval(this.reports);
    this.closePeer();
    this.socket.close();
    this.microphone.close();
  }

  /** Another tab has to give way to this one. */
  takeOver(): void {
    this.closePeer();
    this.socket.connect(true);
  }

  /** Opens microphone and media connection, then asks for calls. */
  async startWork(): Promise<boolean> {
    tookPart.begin();
    if (!(await this.openMedia())) return false;
    await this.socket.send('agent.set', { state: 'ready' });
    return true;
  }

  /** Opens what sound needs; false when there is no microphone or no connection. */
  openMedia(): Promise<boolean> {
    if (this.opening) return this.opening;
    const mine = this.open(this.turn).finally(() => {
      if (this.opening === mine) this.opening = undefined;
    });
    return (this.opening = mine);
  }

  private async open(turn: number): Promise<boolean> {
    const track = await this.microphone.open();
    if (!track || turn !== this.turn || this.get().link !== 'open') return false;
    if (this.peer && this.peer.pc.connectionState !== 'failed' && this.peer.pc.connectionState !== 'closed') return true;
    return this.makePeer(track);
  }

  setAgent(state: 'ready' | 'break' | 'offline', reason?: string): Promise<object> {
    return this.socket.send('agent.set', reason ? { state, reason } : { state });
  }

  /** Dials. A reply that was lost is asked for again with the same request id: the phone never rings twice. */
  async dial(taskId: string, contactPointId: string, overrideReason = ''): Promise<CallSnapshot> {
    const command = {
      task_id: taskId, contact_point_id: contactPointId, request_id: crypto.randomUUID(),
      ...(overrideReason ? { override_reason: overrideReason } : {}),
    };
    try {
      return await this.socket.send('call.dial', command);
    } catch (err) {
      if (!(err instanceof ApiError) || err.code !== 'offline' || !(await this.until((s) => s.link === 'open'))) throw err;
      return this.socket.send('call.dial', command);
    }
  }

  /** Answers a call that rings here. */
  async acceptOffer(offerId: string): Promise<object> {
    await this.sound();
    return this.socket.send('offer.accept', { offer_id: offerId });
  }

  /** Takes part in another agent's call. */
  async monitor(callId: string, mode: Hearing, reason: string): Promise<object> {
    await this.sound();
    return this.socket.send('monitor.start', { call_id: callId, mode, reason });
  }

  /** Makes another agent's call one's own. */
  async takeOverCall(callId: string, reason: string): Promise<object> {
    await this.sound();
    return this.socket.send('monitor.take_over', { call_id: callId, reason });
  }

  hangup(callId: string, overrideReason = ''): Promise<object> {
    return this.socket.send('call.hangup', { call_id: callId, ...(overrideReason ? { override_reason: overrideReason } : {}) });
  }

  mute = (callId: string, muted: boolean) => this.socket.send('call.mute', { call_id: callId, muted });
  hold = (callId: string) => this.socket.send('call.hold', { call_id: callId });
  resume = (callId: string) => this.socket.send('call.resume', { call_id: callId });
  dtmf = (callId: string, digits: string) => this.socket.send('call.dtmf', { call_id: callId, digits });
  pause = (callId: string, reason: PauseReason, note?: string) => this.socket.send('call.pause', { call_id: callId, reason, ...(note ? { note } : {}) });
  unpause = (callId: string) => this.socket.send('call.unpause', { call_id: callId });
  monitorMode = (callId: string, mode: Hearing) => this.socket.send('monitor.mode', { call_id: callId, mode });
  stopMonitor = (callId: string) => this.socket.send('monitor.stop', { call_id: callId });
  transfer = (callId: string, colleagueId: string, consult: boolean, note: string) => this.socket.send('transfer.start', { call_id: callId, colleague_id: colleagueId, consult, ...(note ? { note } : {}) });
  completeTransfer = (callId: string) => this.socket.send('transfer.complete', { call_id: callId });
  threeWay = (callId: string) => this.socket.send('transfer.three_way', { call_id: callId });
  endTransfer = (callId: string) => this.socket.send('transfer.end', { call_id: callId });
  declineOffer = (offerId: string) => this.socket.send('offer.decline', { offer_id: offerId });
  complaint = (callId: string, note: string) => this.socket.send('call.complaint', { call_id: callId, ...(note ? { note } : {}) });
  setSpeaker = (id: string) => this.peer?.setSpeaker(id);
  readNotice = (key: number) => this.apply({ type: 'notice.read', key });

  private apply(action: SoftphoneAction): void {
    const { peer, ...state } = this.get();
    this.set({ ...reduce(state, action), peer });
    if (action.type === 'link' && action.link === 'replaced') this.closePeer();
  }

  private receive(event: ServerEvent): void {
    this.apply({ type: 'event', event });
    if (event.type === 'hello') {
      syncClock(event.data.system.now);
      void this.afterHello(event.data.reset);
    }
    this.onEvent(event);
  }

  /** The media connection goes on over a cut of the socket; it is made anew only when the server has none. */
  private async afterHello(reset: boolean): Promise<void> {
    const { media, call, guest, peer } = this.get();
    if (!tookPart.working() && !isLive(call) && !guest) return;
    if (reset && peer === 'connected' && media === 'connected') return;
    if (this.peer && !reset && media !== 'none' && media !== 'failed') {
      if (peer !== 'connected') this.peer.restart();
      return;
    }
    this.closePeer();
    await this.openMedia();
  }

  private async makePeer(track: MediaStreamTrack): Promise<boolean> {
    const peer: Peer = new Peer(track, this.get(), (offer) => this.socket.send('media.offer', offer),
      (state) => this.peer === peer && this.set({ peer: state }),
      () => this.peer === peer && this.again());
    this.peer = peer;
    this.set({ peer: 'new' });
    try {
      await peer.connect();
      return true;
    } catch {
      if (this.peer === peer) this.closePeer();
      return false;
    }
  }

  /** A customer is waiting: a media connection that could not be made is tried again until it can. */
  private async heal(): Promise<void> {
    const { link, call, guest } = this.get();
    if (link === 'open' && (isLive(call) || guest) && !this.peer && this.microphone.get().state !== 'denied') await this.openMedia();
  }

  private again(): void {
    this.closePeer();
    void this.openMedia();
  }

  private closePeer(): void {
    this.turn += 1;
    this.opening = undefined;
    this.peer?.close();
    this.peer = undefined;
    this.set({ peer: 'none' });
  }

  private async report(): Promise<void> {
    const peer = this.peer;
    if (!peer || !isLive(this.get().call) || this.get().link !== 'open') return;
    const figures = await qualityOf(peer.pc, 0).catch(() => undefined);
    if (figures) await this.socket.send('quality.report', figures).catch(() => undefined);
  }

  /** Connects sound, and waits until the server hears it too: it refuses those whom it does not hear. */
  private async sound(): Promise<void> {
    const connected = (s: PhoneState) => s.peer === 'connected' && s.media === 'connected';
    if (!connected(this.get()) && (await this.openMedia())) await this.until(connected);
  }

  /** Waits for a state; false when it does not come in time. */
  private until(reached: (state: PhoneState) => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (ok: boolean) => {
        clearTimeout(timer);
        leave();
        resolve(ok);
      };
      const timer = setTimeout(() => finish(false), patience);
      const check = () => reached(this.get()) && finish(true);
      const leave = this.subscribe(check);
      check();
    });
  }

  private readonly beforeUnload = (e: BeforeUnloadEvent): void => {
    if (isLive(this.get().call) || this.get().guest) e.preventDefault();
  };

  private readonly pageHide = (): void => {
    if (this.get().link === 'open') leaveMark.leave();
  };
}

function socketURL(query: string): string {
  const { protocol, host } = globalThis.location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/softphone${query ? `?${query}` : ''}`;
}
