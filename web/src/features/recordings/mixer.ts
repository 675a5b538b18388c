import type { Side } from './heard';

/**
 * Lets one channel of an audio element be heard alone, in both ears. The graph
 * is made when it is first needed: an element can have only one.
 */
export class Mixer {
  private context: AudioContext | undefined;
  private gains: GainNode[] = []; // left to left, left to right, right to left, right to right

  constructor(private readonly element: HTMLAudioElement) {}

  hear(side: Exclude<Side, 'third'>): void {
    if (!this.context && side === 'both') return;
    this.build();
    const values = { both: [1, 0, 0, 1], left: [1, 1, 0, 0], right: [0, 0, 1, 1] }[side];
    this.gains.forEach((gain, i) => (gain.gain.value = values[i] ?? 0));
    void this.context?.resume();
  }

  close(): void {
    void this.context?.close();
  }

  private build(): void {
    if (this.context) return;
    const context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    const merger = context.createChannelMerger(2);
    context.createMediaElementSource(this.element).connect(splitter);
    for (const [from, to] of [[0, 0], [0, 1], [1, 0], [1, 1]] as const) {
      const gain = context.createGain();
      splitter.connect(gain, from);
      gain.connect(merger, 0, to);
      this.gains.push(gain);
    }
    merger.connect(context.destination);
    this.context = context;
  }
}
