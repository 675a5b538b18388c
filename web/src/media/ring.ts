import { playTestTone } from './tone';

const every = 3_000; // ms

/** Rings on the chosen speaker until the returned function is called. Without sound the dialog is still to be seen. */
export function startRinging(speaker: string): () => void {
  const ring = () => void playTestTone(speaker, 0.9).catch(() => undefined);
  ring();
  const timer = setInterval(ring, every);
  return () => clearInterval(timer);
}
