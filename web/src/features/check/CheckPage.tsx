import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Page, Panel } from '@/components/Page';
import { useFaultText } from '@/components/Fault';
import { useMicrophone, usePhone, usePhoneState } from '@/features/softphone/context';
import { DeviceSelects } from '@/features/softphone/DeviceSelects';
import { Meter } from '@/features/softphone/Meter';
import { MicrophoneHelp } from '@/features/softphone/MicrophoneHelp';
import { SpeakerTest } from '@/features/softphone/SpeakerTest';
import './check.css';

type Step = 'ok' | 'busy' | 'bad' | 'waiting';

/** Before work: microphone, speaker, connection. One click starts it all, which also lets the browser play sound. */
export default function CheckPage() {
  const { t } = useTranslation();
  const phone = usePhone();
  const mic = useMicrophone();
  const state = usePhoneState();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const fault = useFaultText();
  const [starting, setStarting] = useState(false);
  const [heard, setHeard] = useState<boolean | null>(null);
  useEffect(() => void phone.microphone.open(), [phone]);

  const start = async () => {
    setStarting(true);
    try {
      if (await phone.startWork()) void navigate('/desk');
      else void message.error(t(mic.state === 'open' ? 'check.noConnection' : 'check.noMicrophone'));
    } catch (err) {
      void message.error(fault(err));
    } finally {
      setStarting(false);
    }
  };

  const micStep: Step = mic.state === 'open' ? 'ok' : mic.state === 'asking' || mic.state === 'closed' ? 'busy' : 'bad';
  const lineStep: Step = state.link === 'open' ? 'ok' : state.link === 'connecting' || state.link === 'lost' ? 'busy' : 'bad';
  return (
    <Page title={t('check.title')} note={t('check.note')}>
      <div className="check">
        <Panel title={<Titled step={micStep} text={t('check.microphone')} />} label={t('check.microphone')}>
          <MicrophoneHelp />
          {mic.state === 'open' && (
            <>
              <Meter track={phone.microphone.track} key={mic.deviceId} label={t('check.level')} />
              <p className="faint">{t('check.speak')}</p>
            </>
          )}
          <DeviceSelects only="microphone" />
        </Panel>
        <Panel title={<Titled step={heard === null ? 'waiting' : heard ? 'ok' : 'bad'} text={t('check.speaker')} />} label={t('check.speaker')}>
          <DeviceSelects only="speaker" />
          <SpeakerTest />
          <div className="check-answer" role="group" aria-label={t('check.didYouHear')}>
            <span>{t('check.didYouHear')}</span>
            <Button size="small" type={heard === true ? 'primary' : 'default'} aria-pressed={heard === true} onClick={() => setHeard(true)}>{t('check.heard')}</Button>
            <Button size="small" aria-pressed={heard === false} onClick={() => setHeard(false)}>{t('check.notHeard')}</Button>
          </div>
          {heard === false && <p className="faint">{t('check.speakerHelp')}</p>}
        </Panel>
        <Panel title={<Titled step={lineStep} text={t('check.connection')} />} label={t('check.connection')}>
          <p>{t(state.link === 'open' ? 'check.connected' : 'check.connecting')}</p>
          <p className="faint">{t('check.mediaLater')}</p>
        </Panel>
      </div>
      <div className="check-start">
        <Button type="primary" size="large" loading={starting} disabled={mic.state !== 'open' || state.link !== 'open'} onClick={() => void start()}>
          {t('check.start')}
        </Button>
        <Button size="large" onClick={() => void navigate('/desk')}>{t('check.later')}</Button>
      </div>
    </Page>
  );
}

const signs: Record<Step, ReactNode> = {
  ok: <CheckCircleFilled className="tone-green" />,
  busy: <LoadingOutlined className="tone-blue" />,
  bad: <CloseCircleFilled className="tone-red" />,
  waiting: <MinusCircleOutlined className="tone-grey" />,
};

function Titled({ step, text }: { step: Step; text: string }) {
  const { t } = useTranslation();
  return <span className="check-title" data-state={step}><span role="img" aria-label={t(`check.step.${step}`)}>{signs[step]}</span>{text}</span>;
}
