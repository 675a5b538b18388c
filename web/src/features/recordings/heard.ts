/**
 * What was truly heard of a recording, in stretches: between two jumps, pauses
 * or changes of the channel. The server writes each into the access log
 * (Rule S-01). Times are milliseconds from the start of the recording.
 */
export type Side = 'both' | 'left' | 'right' | 'third';
export interface Stretch { from_ms: number; to_ms: number; channel: Side }

const jump = 1_500; // ms of the listener between two readings that playing cannot explain
const shortest = 100; // ms; less is a click

export class HeardLog {
  private from: number | undefined;
  private last = 0;
  private channel: Side = 'both';

  /** longest: after so many ms a stretch is reported while it goes on, so that a crash of the page loses little. */
  constructor(private readonly report: (s: Stretch) => void, private readonly longest = 30_000) {}

  /** A reading while it plays, at so many times the speed. */
  playing(at: number, channel: Side, speed = 1): void {
    if (this.from !== undefined && (channel !== this.channel || at < this.last || at - this.last > jump * speed)) this.stopped();
    if (this.from === undefined) this.from = at;
    this.channel = channel;
    this.last = at;
    if (at - this.from >= this.longest) {
      this.stopped();
      this.from = at;
      this.last = at;
    }
  }

  /** It plays no more, or jumps. */
  stopped(): void {
    const { from, last, channel } = this;
    this.from = undefined;
    if (from !== undefined && last - from >= shortest) this.report({ from_ms: Math.round(from), to_ms: Math.round(last), channel });
  }
}
