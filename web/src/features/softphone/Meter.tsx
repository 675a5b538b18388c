import { useEffect, useRef } from 'react';
import { LevelMeter } from '@/media/level';

const every = 100; // ms between two readings

/** How loud a track is, live. Written past React: ten renders a second are not worth it. */
export function Meter({ track, label, small = false }: { track: MediaStreamTrack | undefined; label: string; small?: boolean }) {
  const bar = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!track) return;
    const meter = new LevelMeter(track);
    const timer = setInterval(() => {
      const percent = Math.round(meter.read() * 100);
      if (bar.current) bar.current.style.transform = `scaleX(${percent / 100})`;
      box.current?.setAttribute('aria-valuenow', String(percent));
    }, every);
    return () => {
      clearInterval(timer);
      meter.close();
    };
  }, [track]);
  return (
    <div ref={box} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0} className={small ? 'meter meter-small' : 'meter'}>
      <div ref={bar} className="meter-bar" />
    </div>
  );
}
