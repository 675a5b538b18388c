import { GlobalOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { api } from '@/api/client';
import { keys } from '@/api/keys';
import type { Me } from '@/api/types';
import { Brand } from '@/app/Brand';
import { homeOf } from '@/app/nav';
import { hasLine, useMeQuery } from '@/app/session';
import { useFaultText } from '@/components/Fault';
import { setLanguage, useLanguage } from '@/i18n';
import { tookPart } from '@/features/softphone/tab';
import './signin.css';

interface Account { login: string; password: string }

export function SignInPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const fault = useFaultText();
  const me = useMeQuery();
  const from = cameFrom(useLocation().state);
  useEffect(() => {
    document.title = t('signin.documentTitle');
  }, [t]);
  const signIn = useMutation({
    mutationFn: (account: Account) => api.post<Me>('/session', { login: account.login.trim(), password: account.password }),
    onSuccess: (data) => queries.setQueryData(keys.me, data),
  });
  if (me.data && !me.error) {
    const again = hasLine(me.data) && !tookPart.working();
    return <Navigate to={from && !again ? from : homeOf(me.data)} replace />;
  }
  return (
    <div className="signin">
      <aside className="signin-side" aria-hidden="true">
        <h2>{t('signin.claim')}</h2>
        <ul>
          <li>{t('signin.point1')}</li>
          <li>{t('signin.point2')}</li>
          <li>{t('signin.point3')}</li>
        </ul>
      </aside>
      <main className="signin-main">
        <Button type="text" icon={<GlobalOutlined />} lang={language === 'en' ? 'zh-CN' : 'en'} className="signin-language"
          onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}>
          {language === 'en' ? '中文' : 'English'}
        </Button>
        <div className="signin-box">
          <Brand big />
          <h1>{t('signin.title')}</h1>
          {signIn.error && <Alert type="error" showIcon title={fault(signIn.error)} className="gap-below" />}
          <Form<Account> layout="vertical" requiredMark={false} onFinish={(account) => signIn.mutate(account)} scrollToFirstError={{ focus: true }}>
            <Form.Item name="login" label={t('signin.login')} rules={[{ required: true, whitespace: true, message: t('signin.loginNeeded') }]}>
              <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} size="large" />
            </Form.Item>
            <Form.Item name="password" label={t('signin.password')} rules={[{ required: true, message: t('signin.passwordNeeded') }]}>
              <Input.Password autoComplete="current-password" size="large" />
            </Form.Item>
            <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>{t('signin.submit')}</Button>
          </Form>
          <p className="signin-note">{t('signin.note')}</p>
        </div>
      </main>
    </div>
  );
}

/** The page that sent the reader here, if it is one of ours. */
function cameFrom(state: unknown): string {
  const from = state && typeof state === 'object' && 'from' in state ? state.from : '';
  return typeof from === 'string' && from.startsWith('/') && from !== '/login' && from !== '/' ? from : '';
}
