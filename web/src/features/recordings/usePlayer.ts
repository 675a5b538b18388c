import { useEffect, useMemo, useState } from 'react';
import { api, apiPath } from '@/api/client';
import { HeardLog, type Side, type Stretch } from './heard';
import { Mixer } from './mixer';

export const speeds = [0.75, 1, 1.25, 1.5, 2] as const;

/** The player of one recording: an audio element that seeks by HTTP ranges, one channel alone, and the log of what was heard. */
export function usePlayer(id: string) {
  const parts = useMemo(() => {
    const audio = new Audio();
    audio.preload = 'metadata';
    audio.src = apiPath(`/recordings/${id}/audio`, { channel: 'both' });
    const send = (s: Stretch) => void api.post<void>(`/recordings/${id}/heard`, s, { keepalive: true }).catch(() => undefined);
    return { audio, mixer: new Mixer(audio), log: new HeardLog(send) };
  }, [id]);
  const { audio, mixer, log } = parts;
  const [at, setAt] = useState(0); // ms
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [side, setSide] = useState<Side>('both');
  const [speed, setSpeed] = useState(1);

  useEffect(() => {
    const read = () => {
      setAt(audio.currentTime * 1000);
      if (!audio.paused && !audio.seeking) log.playing(audio.currentTime * 1000, side);
    };
    const stop = () => log.stopped();
    const onState = () => {
      setPlaying(!audio.paused);
      if (audio.paused) {
        read();
        stop();
      }
    };
    const onError = () => setFailed(true);
    const events: Array<[string, () => void]> = [['timeupdate', read], ['play', onState], ['pause', onState], ['ended', onState], ['seeking', stop], ['error', onError]];
    for (const [name, act] of events) audio.addEventListener(name, act);
    globalThis.addEventListener('pagehide', stop);
    return () => {
      for (const [name, act] of events) audio.removeEventListener(name, act);
      globalThis.removeEventListener('pagehide', stop);
    };
  }, [audio, log, side]);

  useEffect(() => () => {
    audio.pause();
    log.stopped();
    mixer.close();
    audio.removeAttribute('src');
    audio.load();
  }, [audio, log, mixer]);

  return {
    audio, at, playing, failed, side, speed,
    toggle: () => void (audio.paused ? audio.play().catch(() => undefined) : audio.pause()),
    seek: (ms: number) => (audio.currentTime = Math.max(0, ms / 1000)),
    hear: (next: Side) => {
      log.stopped();
      // A third party is a file of its own, of one channel; both ears hear it.
      const file = next === 'third' ? 'third' : 'both';
      if ((side === 'third') !== (next === 'third')) {
        const from = audio.currentTime;
        const going = !audio.paused;
        audio.src = apiPath(`/recordings/${id}/audio`, { channel: file });
        audio.currentTime = from;
        if (going) void audio.play().catch(() => undefined);
      }
      mixer.hear(next === 'third' ? 'left' : next);
      setSide(next);
    },
    hurry: (next: number) => {
      audio.playbackRate = next;
      setSpeed(next);
    },
    again: () => {
      setFailed(false);
      audio.load();
    },
  };
}

export type Player = ReturnType<typeof usePlayer>;
