/**
 * The softphone socket as the page keeps it: connects, takes up where it was
 * cut (epoch and number of the last event), backs off between tries, and gives
 * a silent connection up. It keeps no state of calls; that is the reducer's.
 */
import { ApiError } from '@/api/errors';
import { closeCodes, parseFrame, type Commands, type CommandType, type ServerEvent } from './protocol';

/** Where the connection stands. The last three stay until somebody acts. */
export type Link = 'idle' | 'connecting' | 'open' | 'lost' | 'replaced' | 'elsewhere' | 'signed_out';

export interface SocketTiming {
  firstWait: number; // ms before the first new try
  longestWait: number; // ms between tries at most
  silence: number; // ms without a word before the connection is given up
  ping: number; // ms between our own pings
  reply: number; // ms to wait for a reply
}
export const defaultTiming: SocketTiming = { firstWait: 300, longestWait: 10_000, silence: 12_000, ping: 5_000, reply: 10_000 };

export interface SocketOptions {
  url: (query: string) => string;
  onLink: (link: Link) => void;
  onEvent: (event: ServerEvent) => void;
  open?: (url: string) => WebSocket;
  random?: () => number;
  timing?: SocketTiming;
}

interface Waiting { resolve: (result: unknown) => void; reject: (err: Error) => void; timer: ReturnType<typeof setTimeout> }

export class SoftphoneSocket {
  private ws: WebSocket | undefined;
  private link: Link = 'idle';
  private epoch = '';
  private since = 0;
  private tries = 0;
  private nextId = 1;
  private takeover = false;
  private readonly waiting = new Map<string, Waiting>();
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private readonly timing: SocketTiming;

  constructor(private readonly options: SocketOptions) {
    this.timing = options.timing ?? defaultTiming;
  }

  /** Connects; with takeover another tab has to give way. */
  connect(takeover = false): void {
    this.takeover = takeover;
    this.tries = 0;
    globalThis.addEventListener('online', this.retryNow);
    document.addEventListener('visibilitychange', this.retryNow);
    this.dial();
  }

  /** Ends the connection for good. It may be called twice. */
  close(): void {
    globalThis.removeEventListener('online', this.retryNow);
    document.removeEventListener('visibilitychange', this.retryNow);
    this.drop('the page leaves');
    this.setLink('idle');
  }

  send<T extends CommandType>(type: T, data: Commands[T]['data']): Promise<Commands[T]['result']> {
    const ws = this.ws;
    if (!ws || this.link !== 'open') return Promise.reject(new ApiError('offline', 0, 'the softphone is not connected'));
    const id = `c${this.nextId++}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(id, (w) => w.reject(new ApiError('offline', 0, `no reply to ${type}`))), this.timing.reply);
      this.waiting.set(id, { resolve: resolve as (r: unknown) => void, reject, timer });
      ws.send(JSON.stringify({ id, type, data }));
    });
  }

  private dial(): void {
    clearTimeout(this.retryTimer);
    this.drop('a new connection is made');
    this.setLink(this.tries === 0 ? 'connecting' : 'lost');
    const query = new URLSearchParams();
    if (this.epoch) {
      query.set('epoch', this.epoch);
      query.set('since', String(this.since));
    }
    if (this.takeover) query.set('takeover', '1');
    const ws = (this.options.open ?? ((url) => new WebSocket(url)))(this.options.url(query.toString()));
    this.ws = ws;
    ws.onmessage = (m) => this.ws === ws && this.receive(String(m.data));
    ws.onclose = (e) => this.ws === ws && this.closed(e.code);
    this.listenForSilence();
  }

  private receive(text: string): void {
    this.listenForSilence();
    const event = parseFrame(text);
    if (!event) return;
    if (event.type === 'reply') {
      const { id, ok, result, error } = event.data;
      this.settle(id, (w) => (ok ? w.resolve(result ?? {}) : w.reject(error ? ApiError.of(error) : new ApiError('internal', 500, 'refused without a reason'))));
      return;
    }
    if (event.type === 'hello') {
      this.epoch = event.data.epoch;
      this.since = event.data.seq;
      this.tries = 0;
      this.takeover = false;
      this.setLink('open');
      this.startPing();
    } else {
      if (event.seq <= this.since) return; // seen before the line was cut
      this.since = event.seq;
    }
    this.options.onEvent(event);
  }

  private closed(code: number): void {
    this.drop('the connection was lost');
    if (code === closeCodes.signIn) this.setLink('signed_out');
    else if (code === closeCodes.replaced) this.forgetAnd('replaced');
    else if (code === closeCodes.elsewhere) this.forgetAnd('elsewhere');
    else this.retryLater();
  }

  /** An epoch belongs to one tab; a tab that lost its place starts anew. */
  private forgetAnd(link: Link): void {
    this.epoch = '';
    this.since = 0;
    this.setLink(link);
  }

  private retryLater(): void {
    this.tries += 1;
    this.setLink('lost');
    const wait = Math.min(this.timing.longestWait, this.timing.firstWait * 2 ** (this.tries - 1));
    const jitter = 0.75 + (this.options.random ?? Math.random)() / 2;
    this.retryTimer = setTimeout(() => this.dial(), wait * jitter);
  }

  private readonly retryNow = (): void => {
    if (this.link === 'lost' && document.visibilityState !== 'hidden') this.dial();
  };

  private listenForSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.drop('nothing was heard');
      this.retryLater();
    }, this.timing.silence);
  }

  private startPing(): void {
    clearInterval(this.pingTimer);
    this.pingTimer = setInterval(() => void this.send('ping', {}).catch(() => undefined), this.timing.ping);
  }

  private settle(id: string, what: (w: Waiting) => void): void {
    const w = this.waiting.get(id);
    if (!w) return;
    this.waiting.delete(id);
    clearTimeout(w.timer);
    what(w);
  }

  private drop(why: string): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    clearInterval(this.pingTimer);
    const ws = this.ws;
    this.ws = undefined;
    if (ws) {
      ws.onmessage = ws.onclose = null;
      ws.close();
    }
    for (const id of [...this.waiting.keys()]) this.settle(id, (w) => w.reject(new ApiError('offline', 0, why)));
  }

  private setLink(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.options.onLink(link);
  }
}
