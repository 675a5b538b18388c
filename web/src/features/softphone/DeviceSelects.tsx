import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseDevices, chosenDevices } from '@/media/constraints';
import { useMicrophone, usePhone } from './context';

/** Which microphone and which speaker; remembered on this PC. */
export function DeviceSelects({ only }: { only?: 'microphone' | 'speaker' }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const mic = useMicrophone();
  const [speaker, setSpeaker] = useState(chosenDevices().speaker);
  const options = (list: MediaDeviceInfo[]) => list.map((d) => ({ value: d.deviceId, label: d.label || t('devices.unnamed') }));
  return (
    <div className="devices">
      {only !== 'speaker' && (
        <label className="field">
          <span>{t('devices.microphone')}</span>
          <Select aria-label={t('devices.microphone')} className="wide" value={mic.deviceId || undefined} placeholder={t('devices.default')}
            disabled={mic.state !== 'open'} options={options(mic.microphones)} onChange={(id: string) => void phone.microphone.choose(id)} />
        </label>
      )}
      {only !== 'microphone' && (
        <label className="field">
          <span>{t('devices.speaker')}</span>
          <Select aria-label={t('devices.speaker')} className="wide" value={speaker || undefined} placeholder={t('devices.default')} options={options(mic.speakers)}
            onChange={(id: string) => {
              chooseDevices({ speaker: id });
              setSpeaker(id);
              void phone.setSpeaker(id);
            }} />
        </label>
      )}
    </div>
  );
}
