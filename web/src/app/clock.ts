/**
 * The server's clock as far as the page knows it: countdowns must not follow a
 * PC whose clock is wrong.
 */
import { useSyncExternalStore } from 'react';

let offset = 0; // ms that the server is ahead

/** Takes a time of the server that was read just now. */
export function syncClock(serverNow: string): void {
  const t = Date.parse(serverNow);
  if (!Number.isNaN(t)) offset = t - Date.now();
}

export const serverNow = (): number => Date.now() + offset;

/** The server's time, rounded down to the step, for rendering. */
export function useNow(step = 1000): number {
  return useSyncExternalStore(
    (tick) => {
      const timer = setInterval(tick, Math.min(step, 1000) / 2);
      return () => clearInterval(timer);
    },
    () => Math.floor(serverNow() / step) * step,
  );
}
