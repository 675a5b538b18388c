import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

/** A fault of the page itself. A call goes on meanwhile: the server keeps it for 30 seconds. */
export function Broken() {
  const { t } = useTranslation();
  const err = useRouteError();
  return (
    <main className="center-page">
      <Result
        status="error"
        title={t('broken.title')}
        subTitle={err instanceof Error ? err.message : undefined}
        extra={<Button type="primary" onClick={() => globalThis.location.reload()}>{t('broken.reload')}</Button>}
      />
    </main>
  );
}
