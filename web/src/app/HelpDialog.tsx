import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { shortcuts } from './shortcuts';

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('help.title')} width={480}>
      <p className="faint">{t('help.text')}</p>
      <dl className="keys">
        {shortcuts.map(([key, name]) => (
          <div key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{t(`help.keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
