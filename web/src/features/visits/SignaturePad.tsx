import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Point } from '@/api/visits';

const width = 600;
const height = 200;

/** A field to sign in, by pen, finger or mouse. What is kept are the strokes; the server draws the picture. Rule C-26. */
export function SignaturePad({ strokes, onChange, disabled = false }: { strokes: Point[][]; onChange: (strokes: Point[][]) => void; disabled?: boolean }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const live = useRef<Point[] | null>(null);
  const begun = useRef(0);
  useEffect(() => {
    if (!live.current) draw(canvas.current, strokes);
  }, [strokes]);

  const point = (e: React.PointerEvent<HTMLCanvasElement>): Point => {
    const r = e.currentTarget.getBoundingClientRect();
    const within = (v: number) => Math.min(1, Math.max(0, Math.round(v * 10_000) / 10_000));
    return { x: within((e.clientX - r.left) / r.width), y: within((e.clientY - r.top) / r.height), t: Math.max(0, Math.round(e.timeStamp - begun.current)) };
  };
  const end = () => {
    const stroke = live.current;
    live.current = null;
    if (stroke && stroke.length > 1) onChange([...strokes, stroke]);
  };
  return (
    <div className="signature">
      <canvas ref={canvas} width={width} height={height} className="signature-field" role="img" aria-label={strokes.length > 0 ? `${t('visits.sign')}: ${t('visits.signedPoints')}` : t('visits.sign')} data-strokes={strokes.length}
        onPointerDown={(e) => {
          if (disabled || (e.pointerType === 'mouse' && e.button !== 0)) return;
          e.preventDefault();
          e.currentTarget.setPointerCapture(e.pointerId);
          if (strokes.length === 0) begun.current = e.timeStamp;
          live.current = [point(e)];
        }}
        onPointerMove={(e) => {
          if (!live.current) return;
          live.current.push(point(e));
          draw(canvas.current, [...strokes, live.current]);
        }}
        onPointerUp={end} onPointerCancel={end} />
      <Button size="small" disabled={disabled || strokes.length === 0} onClick={() => onChange([])}>{t('visits.clear')}</Button>
    </div>
  );
}

function draw(canvas: HTMLCanvasElement | null, strokes: Point[][]): void {
  const pen = canvas?.getContext('2d');
  if (!pen) return;
  pen.clearRect(0, 0, width, height);
  pen.lineWidth = 3;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.strokeStyle = '#141e3c';
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach((p, i) => (i === 0 ? pen.moveTo(p.x * width, p.y * height) : pen.lineTo(p.x * width, p.y * height)));
    pen.stroke();
  }
}
