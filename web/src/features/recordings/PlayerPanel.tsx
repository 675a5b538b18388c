import { BackwardOutlined, CaretRightFilled, ForwardOutlined, PauseOutlined, RetweetOutlined } from '@ant-design/icons';
import { Alert, Button, Radio, Select } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { usePeaks } from '@/api/queries';
import type { Recording } from '@/api/types';
import { formatSpan } from '@/app/time';
import { Load } from '@/components/Load';
import { Panel } from '@/components/Page';
import { useLanguage, useWord } from '@/i18n';
import { Comments } from './Comments';
import type { Side } from './heard';
import { speeds, usePlayer, type Loop, type Player } from './usePlayer';
import { Wave } from './Wave';

const step = 5_000; // ms of a step back or on
const lead = 8_000; // ms that a question begins before its answer is written down, about
const sides: readonly Side[] = ['both', 'left', 'right'];

/** Plays a recording: two lanes, marks, both sides or one alone. Everything heard is logged (Rule S-01). */
export function PlayerPanel({ recording: r }: { recording: Recording }) {
  const { t } = useTranslation();
  const word = useWord();
  const language = useLanguage();
  const player = usePlayer(r.id);
  const peaks = usePeaks(r.id, true);
  usePlayerKeys(player);
  const [params] = useSearchParams();
  const from = Number(params.get('at')); // a link to a place, such as that of a complaint (Rule C-20)
  const { seek } = player;
  useEffect(() => { if (from > 0) seek(from); }, [r.id, from]); // eslint-disable-line react-hooks/exhaustive-deps -- once, not with every new player object
  const { at, playing } = player;
  const length = r.duration_ms;
  const marks = r.marks.filter((m) => m.at_ms >= 0); // what was before the first sound is in the call's facts
  const loopText = (l: Loop | undefined) => (l === undefined ? t('recordings.loop') : l.to === undefined ? t('recordings.loopFrom', { from: formatSpan(l.from) }) : t('recordings.loopOff', { from: formatSpan(l.from), to: formatSpan(l.to) }));
  const part = (ms: number) => `${(100 * ms) / Math.max(1, length)}%`;
  const times = `${formatSpan(at)} / ${formatSpan(length)}`;
  return (
    <Panel title={t('recordings.player')} extra={<span className="faint">{t('recordings.logged')}</span>} className="player">
      {player.failed && <Alert type="error" showIcon className="gap-below" title={r.state === 'sealed' || r.state === 'uploading' ? t('recordings.notPlayable.pending', { instance: r.instance }) : t('recordings.cannotPlay')} action={<Button size="small" onClick={player.again}>{t('common.again')}</Button>} />}
      <div className="lanes">
        <div className="lane-names" aria-hidden="true"><span className="tone-blue">{word('side', 'left')}</span><span className="tone-amber">{word('side', 'right')}</span></div>
        <div className="lane-body">
          {/* For the mouse; the lists below are for everybody. */}
          <div className="lane-marks" aria-hidden="true">
            {player.loop && <span className="lane-loop" style={{ left: part(player.loop.from), width: part((player.loop.to ?? Math.max(at, player.loop.from)) - player.loop.from) }} />}
            {r.comments.map((c) => <span key={c.id} className="lane-mark lane-comment" style={{ left: part(c.at_ms) }} title={c.text} onClick={() => player.seek(c.at_ms)} />)}
            {marks.map((m, i) => <span key={i} className="lane-mark" style={{ left: part(m.at_ms) }} title={word('mark', m.name)} onClick={() => player.seek(m.at_ms)} />)}
          </div>
          <Load query={peaks} rows={3}>{(data) => <Wave audio={player.audio} peaks={data} />}</Load>
          <input type="range" className="lane-slider" min={0} max={length} step={100} value={Math.round(Math.min(at, length) / 100) * 100} aria-label={t('recordings.position')} aria-valuetext={times}
            onChange={(e) => player.seek(Number(e.target.value))} />
        </div>
      </div>
      <div className="player-bar">
        <Button icon={<BackwardOutlined />} aria-label={t('recordings.back')} title={`${t('recordings.back')} ←`} onClick={() => player.seek(at - step)} />
        <Button type="primary" className="player-play" icon={playing ? <PauseOutlined /> : <CaretRightFilled />} onClick={player.toggle} aria-keyshortcuts="Space">{t(playing ? 'recordings.pause' : 'recordings.play')}</Button>
        <Button icon={<ForwardOutlined />} aria-label={t('recordings.on')} title={`${t('recordings.on')} →`} onClick={() => player.seek(at + step)} />
        <span className="num player-time">{times}</span>
        <Radio.Group optionType="button" aria-label={t('recordings.hear')} value={player.side} onChange={(e) => player.hear(e.target.value as Side)} options={(r.third ? [...sides, 'third' as const] : sides).map((s) => ({ value: s, label: word('side', s) }))} />
        <Select aria-label={t('recordings.speed')} value={player.speed} onChange={player.hurry} options={speeds.map((s) => ({ value: s, label: `${s}×` }))} />
        <Button icon={<RetweetOutlined />} aria-pressed={player.loop !== undefined} onClick={player.turn} aria-keyshortcuts="O">{loopText(player.loop)}</Button>
      </div>
      <p className="faint player-keys">{t('recordings.keys')}</p>
      {marks.length > 0 && (
        <ul className="marks" aria-label={t('recordings.marks')}>
          {marks.map((m, i) => <li key={i}><Button size="small" onClick={() => player.seek(m.at_ms)}><span className="num">{formatSpan(m.at_ms)}</span> {word('mark', m.name)}</Button></li>)}
        </ul>
      )}
      {r.questions.length > 0 && (
        <ul className="marks" aria-label={t('recordings.questions')}>
          {r.questions.map((q) => <li key={q.key}><Button size="small" title={t('recordings.questionMeans')} onClick={() => player.seek(Math.max(0, q.at_ms - lead))}><span className="num">{formatSpan(q.at_ms)}</span> {(language === 'en' ? q.label_en : q.label_zh) || q.key}</Button></li>)}
        </ul>
      )}
      <Comments recording={r} at={at} onSeek={player.seek} />
    </Panel>
  );
}

/** Space, arrows, brackets and letters, outside of fields and buttons. */
function usePlayerKeys(player: Player): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.altKey || e.ctrlKey || e.metaKey || e.isComposing) return;
      if (e.target instanceof HTMLElement && e.target.closest('input, textarea, select, button, a, [role="combobox"]')) return;
      const faster = (by: number) => player.hurry(speeds[Math.min(speeds.length - 1, Math.max(0, speeds.findIndex((s) => s === player.speed) + by))] ?? 1);
      const keys: Record<string, () => void> = {
        ' ': player.toggle, ArrowLeft: () => player.seek(player.at - step), ArrowRight: () => player.seek(player.at + step), '[': () => faster(-1), ']': () => faster(1),
        b: () => player.hear('both'), l: () => player.hear('left'), r: () => player.hear('right'), o: player.turn,
      };
      const act = keys[e.key.toLowerCase()] ?? keys[e.key];
      if (!act) return;
      e.preventDefault();
      act();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  });
}
