import { AudioMutedOutlined, AudioOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Light } from '@/app/Light';
import { useWord } from '@/i18n';
import { useMicrophone, usePhone, usePhoneState } from './context';
import { DeviceSelects } from './DeviceSelects';
import { Meter } from './Meter';
import { MicrophoneHelp } from './MicrophoneHelp';
import { SpeakerTest } from './SpeakerTest';

/** Microphone, speaker and the state of the media connection. */
export function DevicesPopover() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const mic = useMicrophone();
  const bad = !['open', 'closed', 'asking'].includes(mic.state);
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      placement="bottomRight"
      content={<Light>{open && <Devices />}</Light>}
      color="#fff"
    >
      <Button type="text" danger={bad} icon={bad ? <AudioMutedOutlined /> : <AudioOutlined />} aria-label={t('devices.title')} aria-expanded={open} data-state={mic.state} />
    </Popover>
  );
}

function Devices() {
  const { t } = useTranslation();
  const word = useWord();
  const phone = usePhone();
  const mic = useMicrophone();
  const { peer, media } = usePhoneState();
  return (
    <section className="devices-box" aria-label={t('devices.title')}>
      <h2>{t('devices.title')}</h2>
      <MicrophoneHelp />
      {mic.state === 'open' && <Meter track={phone.microphone.track} key={mic.deviceId} label={t('check.level')} />}
      <DeviceSelects />
      <SpeakerTest />
      <p className="faint">{t('devices.media', { page: word('peer', peer), server: word('mediaState', media) })}</p>
    </section>
  );
}
