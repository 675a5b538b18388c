import { useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import type { Peaks } from '@/api/types';
import { nonce } from '@/app/nonce';

const height = 64; // px of a lane

/** Two lanes, agent above and customer below, drawn from peaks: nothing is downloaded for it. Hidden from assistive technology, which has the slider. */
export function Wave({ audio, peaks }: { audio: HTMLAudioElement; peaks: Peaks }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const wave = WaveSurfer.create({
      container: box.current, media: audio, duration: peaks.duration_ms / 1000, peaks: [scaled(peaks.left), scaled(peaks.right)], height, cursorColor: '#1B2733', cspNonce: nonce(),
      splitChannels: [{ waveColor: '#8FB8E4', progressColor: '#0B5CAD' }, { waveColor: '#F0BE85', progressColor: '#B45309' }],
    });
    return () => wave.destroy();
  }, [audio, peaks]);
  return <div ref={box} className="wave" aria-hidden="true" />;
}

/** int8 as the server sends it, to -1..1; a square root lets a quiet voice be seen. */
function scaled(values: number[]): number[] {
  return values.map((v) => Math.sign(v) * Math.sqrt(Math.abs(v) / 128));
}
