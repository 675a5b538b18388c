import { GlobalOutlined, LogoutOutlined, QuestionCircleOutlined, SafetyOutlined, SoundOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, ConfigProvider, Dropdown, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '@/api/client';
import { useFaultText } from '@/components/Fault';
import { useMaybePhone } from '@/features/softphone/context';
import { SoftphoneBar } from '@/features/softphone/SoftphoneBar';
import { tookPart } from '@/features/softphone/tab';
import { setLanguage, useLanguage, useWord } from '@/i18n';
import { isLive } from '@/signaling/reducer';
import { Brand } from './Brand';
import { hasLine, useMe } from './session';
import { dark } from './theme';

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const phone = useMaybePhone();
  const language = useLanguage();
  return (
    <ConfigProvider theme={dark}>
      <header className="top">
        <Brand />
        {phone ? <SoftphoneBar /> : <div className="top-space" />}
        <div className="top-end">
          <Tooltip title={t('shell.help')}>
            <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t('shell.help')} onClick={onHelp} />
          </Tooltip>
          <Button type="text" icon={<GlobalOutlined />} lang={language === 'en' ? 'zh-CN' : 'en'} className="language"
            onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}>
            {language === 'en' ? '中文' : 'EN'}
          </Button>
          <UserMenu />
        </div>
      </header>
    </ConfigProvider>
  );
}

function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const word = useWord();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', type: 'group', label: `${me.user.name} · ${me.user.staff_number} · ${me.user.roles.map((r) => word('role', r)).join('、')}` },
          ...(hasLine(me) ? [{ key: 'check', icon: <SoundOutlined />, label: t('shell.check'), onClick: () => void navigate('/check') }] : []),
          { key: 'sessions', icon: <SafetyOutlined />, label: t('shell.sessions'), onClick: () => void navigate('/sessions') },
          { type: 'divider' as const },
          { key: 'out', icon: <LogoutOutlined />, label: t('shell.signOut'), onClick: signOut },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} className="user" aria-label={t('shell.user', { name: me.user.name })}>
        <span className="user-name">{me.user.name}</span>
      </Button>
    </Dropdown>
  );
}

/** Signing out during a call would end it; it asks first. */
function useSignOut(): () => void {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const phone = useMaybePhone();
  const fault = useFaultText();
  const out = useMutation({
    mutationFn: () => api.delete<void>('/session'),
    onSuccess: () => {
      tookPart.end();
      queries.clear();
      globalThis.location.assign('/login');
    },
    onError: (err) => void message.error(fault(err)),
  });
  return () => {
    if (!isLive(phone?.get().call)) return out.mutate();
    void modal.confirm({ title: t('shell.signOutInCall'), okText: t('shell.signOut'), okButtonProps: { danger: true }, onOk: () => out.mutateAsync() });
  };
}
