import { describe, expect, it } from 'vitest';
import { HeardLog, type Side, type Stretch } from './heard';

function play(log: HeardLog, from: number, to: number, channel: Side = 'both') {
  for (let at = from; at <= to; at += 250) log.playing(at, channel);
}

describe('Rule S-01: what was heard is logged as it was heard', () => {
  it('a pause ends a stretch', () => {
    const said: Stretch[] = [];
    const log = new HeardLog((s) => said.push(s));
    play(log, 0, 2_000);
    log.stopped();
    log.stopped();
    expect(said).toEqual([{ from_ms: 0, to_ms: 2_000, channel: 'both' }]);
  });

  it('a jump, forward or back, begins a new one; what was jumped over was not heard', () => {
    const said: Stretch[] = [];
    const log = new HeardLog((s) => said.push(s));
    play(log, 0, 1_000);
    play(log, 60_000, 61_000);
    play(log, 5_000, 6_000);
    log.stopped();
    expect(said.map((s) => [s.from_ms, s.to_ms])).toEqual([[0, 1_000], [60_000, 61_000], [5_000, 6_000]]);
  });

  it('a change of the channel begins a new one', () => {
    const said: Stretch[] = [];
    const log = new HeardLog((s) => said.push(s));
    play(log, 0, 1_000);
    play(log, 1_250, 2_250, 'right');
    log.stopped();
    expect(said).toEqual([{ from_ms: 0, to_ms: 1_000, channel: 'both' }, { from_ms: 1_250, to_ms: 2_250, channel: 'right' }]);
  });

  it('a long one is reported while it goes on, without a gap', () => {
    const said: Stretch[] = [];
    const log = new HeardLog((s) => said.push(s), 10_000);
    play(log, 0, 24_000);
    log.stopped();
    expect(said.map((s) => [s.from_ms, s.to_ms])).toEqual([[0, 10_000], [10_000, 20_000], [20_000, 24_000]]);
  });

  it('a click is no listening', () => {
    const said: Stretch[] = [];
    const log = new HeardLog((s) => said.push(s));
    log.playing(500, 'both');
    log.stopped();
    expect(said).toEqual([]);
  });
});
