import { useEffect, useMemo, useState } from 'react';
import { api, apiPath } from '@/api/client';
import { ApiError } from '@/api/errors';
import { HeardLog, type Side, type Stretch } from './heard';
import { Mixer } from './mixer';

export const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3] as const;

/** A stretch that is played again and again, in ms; without an end it is still being chosen. */
export interface Loop { from: number; to?: number }

/** The player of one recording: an audio element that seeks by HTTP ranges, one channel alone, and the log of what was heard. */
export function usePlayer(id: string, base = '/recordings') {
  const parts = useMemo(() => {
    const audio = new Audio();
    audio.preload = 'metadata';
    audio.preservesPitch = true; // at every speed
    audio.src = apiPath(`${base}/${id}/audio`, { channel: 'both' });
    // Whoever may not hear it any more (a grant that was revoked) hears nothing more of it, of what has come already neither. Rule S-02.
    const stop = (err: unknown) => {
      if (!(err instanceof ApiError) || err.status !== 403 || !audio.hasAttribute('src')) return;
      audio.pause();
      audio.removeAttribute('src');
      audio.load();
      audio.dispatchEvent(new Event('error'));
    };
    const send = (s: Stretch) => void api.post<void>(`${base}/${id}/heard`, s, { keepalive: true }).catch(stop);
    return { audio, mixer: new Mixer(audio), log: new HeardLog(send) };
  }, [id, base]);
  const { audio, mixer, log } = parts;
  const [at, setAt] = useState(0); // ms
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [side, setSide] = useState<Side>('both');
  const [speed, setSpeed] = useState(1);
  const [loop, setLoop] = useState<Loop>();

  useEffect(() => {
    const read = () => {
      setAt(audio.currentTime * 1000);
      if (audio.paused || audio.seeking) return;
      log.playing(audio.currentTime * 1000, side, audio.playbackRate);
      if (loop?.to !== undefined && audio.currentTime * 1000 >= loop.to) audio.currentTime = loop.from / 1000;
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
  }, [audio, log, side, loop]);

  useEffect(() => () => {
    audio.pause();
    log.stopped();
    mixer.close();
    audio.removeAttribute('src');
    audio.load();
  }, [audio, log, mixer]);

  return {
    audio, at, playing, failed, side, speed, loop,
    toggle: () => void (audio.paused ? audio.play().catch(() => undefined) : audio.pause()),
    seek: (ms: number) => {
      audio.currentTime = Math.max(0, ms / 1000);
      setAt(Math.max(0, ms)); // at once: a slider that is let go must not find its old place, and seek back
    },
    hear: (next: Side) => {
      log.stopped();
      // A third party is a file of its own, of one channel; both ears hear it.
      const file = next === 'third' ? 'third' : 'both';
      if ((side === 'third') !== (next === 'third')) {
        const from = audio.currentTime;
        const going = !audio.paused;
        audio.src = apiPath(`${base}/${id}/audio`, { channel: file });
        audio.currentTime = from;
        if (going) void audio.play().catch(() => undefined);
      }
      mixer.hear(next === 'third' ? 'left' : next);
      setSide(next);
    },
    /** First the start of a loop, then its end, then none; an end before the start begins anew. */
    turn: () => {
      const now = audio.currentTime * 1000;
      if (loop?.to !== undefined) setLoop(undefined);
      else if (loop && now > loop.from) setLoop({ from: loop.from, to: now });
      else setLoop({ from: now });
    },
    hurry: (next: number) => {
      audio.defaultPlaybackRate = next; // what a change of the file goes back to
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
