import { AudioOutlined, StopOutlined } from '@ant-design/icons';
import { App, Button, Input, Popover, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pauseReasons, type CallSnapshot, type PauseReason } from '@/api/types';
import { Light } from '@/app/Light';
import { useNow } from '@/app/clock';
import { useShortcut } from '@/app/shortcuts';
import { formatSpan } from '@/app/time';
import { useFaultText } from '@/components/Fault';
import { useWord } from '@/i18n';
import { usePhone } from './context';

/** Keeps card numbers and the like out of the recording, for a reason and a while. Rule T-13. */
export function PauseButton({ call }: { call: CallSnapshot }) {
  const phone = usePhone();
  const { message } = App.useApp();
  const fault = useFaultText();
  const [open, setOpen] = useState(false);
  const can = call.state === 'talking' || call.state === 'held';
  const run = (act: Promise<unknown>) => void act.then(() => setOpen(false)).catch((err: unknown) => void message.error(fault(err)));
  useShortcut('Alt+P', () => (call.paused ? run(phone.unpause(call.id)) : setOpen((o) => !o)), can);
  if (call.paused) return <Running call={call} onEnd={() => run(phone.unpause(call.id))} />;
  return <Begin call={call} can={can} open={open} onOpen={setOpen} onGo={(reason, note) => run(phone.pause(call.id, reason, note))} />;
}

/** The time that is left stands on the button that ends the pause. */
function Running({ call, onEnd }: { call: CallSnapshot; onEnd: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const left = formatSpan(Math.max(0, Date.parse(call.pause_ends_at ?? '') - now));
  return (
    <Tooltip title={`${t('phone.unpause')} Alt+P`}>
      <Button className="control control-on pause-on" icon={<AudioOutlined />} aria-keyshortcuts="Alt+P" aria-label={t('phone.unpauseIn', { left })} onClick={onEnd} data-paused="true">
        <span className="num">{left}</span>
      </Button>
    </Tooltip>
  );
}

function Begin({ call, can, open, onOpen, onGo }: { call: CallSnapshot; can: boolean; open: boolean; onOpen: (open: boolean) => void; onGo: (reason: PauseReason, note?: string) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [note, setNote] = useState('');
  const none = call.pauses_left < 1 || call.pause_left_ms < 1000;
  return (
    <Popover trigger="click" open={open && can} onOpenChange={onOpen} color="#fff" content={<Light>
      <section className="pause-box" aria-label={t('phone.pauseTitle')}>
        <h2>{t('phone.pauseTitle')}</h2>
        <p className="faint">{none ? t('phone.pauseNone') : t('phone.pauseText', { left: formatSpan(call.pause_left_ms), n: call.pauses_left })}</p>
        {pauseReasons.filter((r) => r !== 'other').map((r) => <Button key={r} block disabled={none} onClick={() => onGo(r)}>{word('pauseReason', r)}</Button>)}
        <form onSubmit={(e) => { e.preventDefault(); onGo('other', note.trim()); }}>
          <Input aria-label={t('phone.pauseNote')} placeholder={t('phone.pauseNote')} maxLength={100} value={note} onChange={(e) => setNote(e.target.value)} />
          <Button htmlType="submit" block disabled={none || !note.trim()}>{word('pauseReason', 'other')}</Button>
        </form>
      </section>
    </Light>}>
      <Tooltip title={open ? '' : `${t('phone.pause')} Alt+P`}>
        <Button className="control" icon={<StopOutlined />} aria-label={t('phone.pause')} aria-expanded={open} aria-keyshortcuts="Alt+P" disabled={!can} />
      </Tooltip>
    </Popover>
  );
}
