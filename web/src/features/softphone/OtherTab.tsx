import { Button, Modal, Result } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePhone, usePhoneState } from './context';

/** One softphone per person: a second tab asks before it takes over, and a tab that lost its place says so. */
export function OtherTab() {
  const { t } = useTranslation();
  const phone = usePhone();
  const { link } = usePhoneState();
  const [declined, setDeclined] = useState(false);
  if (link === 'replaced') {
    return (
      <div className="overlay" role="alertdialog" aria-modal="true" aria-label={t('otherTab.replacedTitle')} data-state="replaced">
        <Result
          status="info"
          title={t('otherTab.replacedTitle')}
          subTitle={t('otherTab.replacedText')}
          extra={<Button type="primary" autoFocus onClick={() => phone.takeOver()}>{t('otherTab.takeBack')}</Button>}
        />
      </div>
    );
  }
  return (
    <Modal
      open={link === 'elsewhere' && !declined}
      title={t('otherTab.title')}
      okText={t('otherTab.takeOver')}
      cancelText={t('otherTab.stay')}
      onOk={() => phone.takeOver()}
      onCancel={() => setDeclined(true)}
      mask={{ closable: false }}
    >
      <p>{t('otherTab.text')}</p>
    </Modal>
  );
}
