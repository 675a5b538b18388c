import { SoundOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenDevices } from '@/media/constraints';
import { playTestTone } from '@/media/tone';

export function SpeakerTest() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [playing, setPlaying] = useState(false);
  const play = () => {
    setPlaying(true);
    playTestTone(chosenDevices().speaker)
      .catch(() => void message.error(t('devices.toneFailed')))
      .finally(() => setPlaying(false));
  };
  return <Button icon={<SoundOutlined />} loading={playing} onClick={play}>{t('devices.tone')}</Button>;
}
