/**
 * The microphone: one open track, what became of it, and its level. Apart from
 * calls on purpose: a call goes on when the microphone fails, and says so.
 */
import { audioConstraints, chooseDevices, chosenDevices } from './constraints';
import { Store } from './store';

/** insecure: no secure context; denied: permission; missing: none there; busy: another program has it; ended: pulled out. */
export type MicrophoneWord = 'closed' | 'asking' | 'open' | 'insecure' | 'denied' | 'missing' | 'busy' | 'ended';

export interface MicrophoneState {
  state: MicrophoneWord;
  label: string;
  deviceId: string;
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
  /** True when the chosen device went away and the default took its place. */
  fellBack: boolean;
}

export function wordOf(err: unknown): MicrophoneWord {
  const name = err instanceof DOMException ? err.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

export class Microphone extends Store<MicrophoneState> {
  track: MediaStreamTrack | undefined;
  /** Called with every new track; the old one is stopped afterwards. */
  onTrack: (track: MediaStreamTrack) => void | Promise<void> = () => undefined;
  private opening: Promise<MediaStreamTrack | undefined> | undefined;
  private generation = 0;

  constructor() {
    super({ state: 'closed', label: '', deviceId: '', microphones: [], speakers: [], fellBack: false });
    globalThis.navigator.mediaDevices?.addEventListener?.('devicechange', this.onDeviceChange);
  }

  /** Opens the microphone, or gives the open one; undefined when it cannot be, see the state. */
  open(): Promise<MediaStreamTrack | undefined> {
    if (this.track?.readyState === 'live') return Promise.resolve(this.track);
    this.opening ??= this.acquire(chosenDevices().microphone).finally(() => (this.opening = undefined));
    return this.opening;
  }

  /** Changes to another microphone; the old one goes on when that fails. */
  async choose(deviceId: string): Promise<void> {
    chooseDevices({ microphone: deviceId });
    this.set({ fellBack: false });
    await this.acquire(deviceId);
  }

  close(): void {
    this.generation += 1;
    navigator.mediaDevices?.removeEventListener?.('devicechange', this.onDeviceChange);
    this.release(this.track);
    this.track = undefined;
    this.set({ state: 'closed' });
  }

  private async acquire(deviceId: string): Promise<MediaStreamTrack | undefined> {
    if (!globalThis.isSecureContext || !navigator.mediaDevices) {
      this.set({ state: 'insecure' });
      return undefined;
    }
    const turn = ++this.generation;
    if (!this.track) this.set({ state: 'asking' });
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: audioConstraints(deviceId), video: false });
    } catch (err) {
      if (turn === this.generation && this.track?.readyState !== 'live') this.set({ state: wordOf(err) });
      await this.list();
      return this.track;
    }
    const track = stream.getAudioTracks()[0];
    if (turn !== this.generation || !track) {
      stream.getTracks().forEach((t) => t.stop());
      return this.track;
    }
    const old = this.track;
    this.track = track;
    track.onended = () => this.lost(track);
    await this.onTrack(track);
    this.release(old);
    const settings = track.getSettings();
    this.set({ state: 'open', label: track.label, deviceId: settings.deviceId ?? deviceId });
    await this.list();
    return track;
  }

  private lost(track: MediaStreamTrack): void {
    if (track !== this.track) return;
    this.track = undefined;
    this.set({ state: 'ended' });
    void this.acquire('').then((found) => found && this.set({ fellBack: true }));
  }

  private readonly onDeviceChange = (): void => void this.list();

  private async list(): Promise<void> {
    const all = (await navigator.mediaDevices.enumerateDevices?.().catch(() => [])) ?? [];
    const real = (kind: MediaDeviceKind) => all.filter((d) => d.kind === kind && d.deviceId);
    this.set({ microphones: real('audioinput'), speakers: real('audiooutput') });
  }

  private release(track: MediaStreamTrack | undefined): void {
    if (!track) return;
    track.onended = null;
    track.stop();
  }
}
