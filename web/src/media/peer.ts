/**
 * The page's media connection: one RTCPeerConnection, made when the agent
 * starts work and kept over calls. G.711 only, A-law first, so that what is
 * recorded is what was on the wire. Offers carry all candidates (no trickle).
 */
import type { ICEServer } from '@/api/types';
import { chosenDevices } from './constraints';

/** Sends an offer to the server and gives its answer. */
export type Negotiate = (offer: { sdp: string; restart: boolean }) => Promise<{ sdp: string }>;

const gatherLimit = 1500; // ms that candidates may take
const patience = 2000; // ms that a connection may be disconnected before ICE starts again

export class Peer {
  readonly pc: RTCPeerConnection;
  private readonly audio = new Audio();
  private readonly transceiver: RTCRtpTransceiver;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  private closed = false;

  /** onBroken: not even a restart helped; a new Peer is needed. */
  constructor(track: MediaStreamTrack, { iceServers, relayOnly }: { iceServers: ICEServer[]; relayOnly: boolean }, private readonly negotiate: Negotiate,
    private readonly onState: (state: RTCPeerConnectionState) => void, private readonly onBroken: () => void) {
    this.pc = new RTCPeerConnection({ iceServers: iceServers.map((s) => ({ urls: s.urls, username: s.username, credential: s.credential })), bundlePolicy: 'max-bundle', iceTransportPolicy: relayOnly ? 'relay' : 'all' });
    this.transceiver = this.pc.addTransceiver(track, { direction: 'sendrecv', streams: [new MediaStream([track])] });
    this.transceiver.setCodecPreferences(telephoneCodecs());
    this.audio.autoplay = true;
    this.pc.ontrack = (e) => {
      this.audio.srcObject = new MediaStream([e.track]);
      void this.setSpeaker(chosenDevices().speaker);
      // Allowed without a click since the microphone is open.
      this.audio.play().catch(() => undefined);
    };
    this.pc.onconnectionstatechange = () => this.changed();
  }

  /** Makes the connection, or makes it anew in place (ICE restart). */
  async connect(restart = false): Promise<void> {
    if (this.busy || this.closed) return;
    this.busy = true;
    try {
      await this.pc.setLocalDescription(await this.pc.createOffer({ iceRestart: restart }));
      await gathered(this.pc);
      if (this.closed) return; // another connection has its place; a late offer would throw it out
      const { sdp } = await this.negotiate({ sdp: this.pc.localDescription?.sdp ?? '', restart });
      if (!this.closed) await this.pc.setRemoteDescription({ type: 'answer', sdp });
    } finally {
      this.busy = false;
    }
  }

  /** Makes the connection work again after the network or the socket was away. */
  restart(): void {
    clearTimeout(this.timer);
    this.connect(true).catch(() => !this.closed && this.onBroken());
  }

  replaceTrack(track: MediaStreamTrack): Promise<void> {
    return this.transceiver.sender.replaceTrack(track);
  }

  async setSpeaker(id: string): Promise<void> {
    const sink = this.audio as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };
    await sink.setSinkId?.(id).catch(() => undefined);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.pc.onconnectionstatechange = null;
    this.pc.close();
    this.audio.srcObject = null;
  }

  private changed(): void {
    const state = this.pc.connectionState;
    clearTimeout(this.timer);
    this.onState(state);
    if (state === 'disconnected') this.timer = setTimeout(() => this.restart(), patience);
    if (state === 'failed') this.restart();
  }
}

/** PCMA, PCMU and telephone-event/8000 of what the browser can do, in this order. */
export function telephoneCodecs(all = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []): RTCRtpCodec[] {
  const wanted = ['audio/pcma', 'audio/pcmu', 'audio/telephone-event'];
  return wanted.flatMap((type) => all.filter((c) => c.mimeType.toLowerCase() === type && c.clockRate === 8000));
}

function gathered(pc: RTCPeerConnection): Promise<void> {
  if (pc.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      pc.removeEventListener('icegatheringstatechange', check);
      resolve();
    };
    const check = () => pc.iceGatheringState === 'complete' && done();
    const timer = setTimeout(done, gatherLimit);
    pc.addEventListener('icegatheringstatechange', check);
  });
}
