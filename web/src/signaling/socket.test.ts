import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from './protocol';
import { defaultTiming, SoftphoneSocket, type Link } from './socket';

/** A socket whose far side is the test. */
class FakeSocket {
  static made: FakeSocket[] = [];
  onmessage: ((m: { data: string }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  sent: Array<{ id: string; type: string }> = [];
  closed = false;
  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as { id: string; type: string });
  }
  close() {
    this.closed = true;
  }
  says(seq: number, type: string, data: object) {
    this.onmessage?.({ data: JSON.stringify({ seq, type, data }) });
  }
  hello(seq: number, reset: boolean) {
    this.says(seq, 'hello', { epoch: 'e1', seq, reset });
  }
}

const latest = () => FakeSocket.made.at(-1) as FakeSocket;

describe('the softphone socket', () => {
  let links: Link[];
  let events: ServerEvent[];
  let socket: SoftphoneSocket;
  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.made = [];
    links = [];
    events = [];
    socket = new SoftphoneSocket({
      url: (query) => `ws://here/?${query}`, onLink: (l) => links.push(l), onEvent: (e) => events.push(e),
      open: (url) => new FakeSocket(url) as unknown as WebSocket, random: () => 0.5,
    });
    socket.connect();
  });
  afterEach(() => {
    socket.close();
    vi.useRealTimers();
  });

  it('asks for what it missed, and takes no event twice', () => {
    latest().hello(10, true);
    latest().says(11, 'task.changed', { task_id: 'a' });
    latest().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(defaultTiming.firstWait * 2);
    expect(latest().url).toContain('epoch=e1&since=11');
    latest().says(11, 'task.changed', { task_id: 'a' });
    latest().hello(11, false);
    latest().says(12, 'task.changed', { task_id: 'b' });
    expect(events.filter((e) => e.type === 'task.changed').map((e) => e.seq)).toEqual([11, 12]);
    expect(links).toEqual(['connecting', 'open', 'lost', 'open']);
  });

  it('waits longer between tries, never longer than the limit', () => {
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = FakeSocket.made.length;
      latest().onclose?.({ code: 1006 });
      let waited = 0;
      while (FakeSocket.made.length === before) {
        vi.advanceTimersByTime(50);
        waited += 50;
      }
      waits.push(waited);
    }
    expect(waits[0]).toBeLessThan(waits[3] as number);
    expect(Math.max(...waits)).toBeLessThanOrEqual(defaultTiming.longestWait + 50);
  });

  it('gives a silent connection up', () => {
    latest().hello(1, true);
    const first = latest();
    vi.advanceTimersByTime(defaultTiming.silence + 1);
    expect(first.closed).toBe(true);
    expect(links.at(-1)).toBe('lost');
  });

  it('stays away when another tab has the softphone, and takes it over when told to', () => {
    latest().onclose?.({ code: 4410 });
    expect(links.at(-1)).toBe('elsewhere');
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    socket.connect(true);
    expect(latest().url).toContain('takeover=1');
    latest().hello(1, true);
    latest().onclose?.({ code: 4409 });
    expect(links.at(-1)).toBe('replaced');
  });

  it('hands replies and refusals to who asked', async () => {
    latest().hello(1, true);
    const held = socket.send('call.hold', { call_id: 'c' });
    const hung = socket.send('call.hangup', { call_id: 'c' });
    const [hold, hangup] = latest().sent.filter((s) => s.type.startsWith('call.'));
    latest().says(2, 'reply', { id: hangup?.id, ok: false, error: { code: 'refused', rule: 'T-03', reason: 'ring_too_short', status: 409, detail: 'too soon', params: { seconds_left: 7 } } });
    latest().says(3, 'reply', { id: hold?.id, ok: true, result: {} });
    await expect(held).resolves.toEqual({});
    await expect(hung).rejects.toMatchObject({ code: 'refused', rule: 'T-03', problem: { params: { seconds_left: 7 } } });
  });

  it('fails what waits for a reply when the line is cut', async () => {
    latest().hello(1, true);
    const asked = socket.send('call.hold', { call_id: 'c' });
    latest().onclose?.({ code: 1006 });
    await expect(asked).rejects.toMatchObject({ code: 'offline' });
  });
});
