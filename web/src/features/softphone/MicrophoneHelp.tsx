import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMicrophone, usePhone } from './context';

/** What is wrong with the microphone, in words, and the way out. Nothing while it works. */
export function MicrophoneHelp() {
  const { t } = useTranslation();
  const phone = usePhone();
  const { state, fellBack } = useMicrophone();
  if (state === 'open') return fellBack ? <Alert type="warning" showIcon title={t('microphone.fellBack')} className="gap-below" /> : null;
  if (state === 'closed') return null;
  if (state === 'asking') return <Alert type="info" showIcon title={t('microphone.asking')} className="gap-below" />;
  return (
    <Alert
      type="error"
      showIcon
      className="gap-below"
      data-state={state}
      title={t(`microphone.${state}.title`)}
      description={t(`microphone.${state}.help`)}
      action={state === 'insecure' ? undefined : <Button size="small" onClick={() => void phone.microphone.open()}>{t('common.again')}</Button>}
    />
  );
}
