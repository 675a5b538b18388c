import { CaretDownOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useNow } from '@/app/clock';
import { useShortcut } from '@/app/shortcuts';
import { formatSpan } from '@/app/time';
import { useFaultText } from '@/components/Fault';
import { toneOf } from '@/components/tones';
import { useWord } from '@/i18n';
import { usePhone, usePhoneState } from './context';

const breaks = ['rest', 'lunch', 'meeting', 'training'] as const;
type Wish = 'ready' | 'break' | 'offline';

/** The agent's own state: shown with colour, word and time; changed here or by Alt+1, 2, 3. */
export function AgentStateButton() {
  const { t } = useTranslation();
  const word = useWord();
  const now = useNow();
  const { agent, link } = usePhoneState();
  const wish = useAgentWish();
  useShortcut('Alt+1', () => wish('ready'));
  useShortcut('Alt+2', () => wish('break'));
  useShortcut('Alt+3', () => wish('offline'));
  const known = (breaks as readonly string[]).includes(agent.reason);
  const text = agent.state === 'break' && known ? t(`phone.breaks.${agent.reason as (typeof breaks)[number]}`) : word('agentState', agent.state);
  const dot = (state: string) => <span className={`dot dot-${toneOf('agentState', state)}`} aria-hidden="true" />;
  return (
    <Dropdown
      trigger={['click']}
      disabled={link !== 'open'}
      menu={{
        items: [
          { key: 'ready', icon: dot('ready'), label: word('agentState', 'ready'), extra: 'Alt+1', onClick: () => wish('ready') },
          { type: 'divider' },
          ...breaks.map((b) => ({ key: b, icon: dot('break'), label: t(`phone.breaks.${b}`), onClick: () => wish('break', b) })),
          { type: 'divider' as const },
          { key: 'offline', icon: dot('offline'), label: word('agentState', 'offline'), extra: 'Alt+3', onClick: () => wish('offline') },
        ],
      }}
    >
      <Button className="agent-state" data-state={agent.state}>
        <span className="unseen">{t('phone.agentState')}</span>
        {dot(agent.state)}
        <span className="agent-word">{text}</span>
        {agent.since && agent.state !== 'offline' && <span className="num agent-time">{formatSpan(now - Date.parse(agent.since))}</span>}
        <CaretDownOutlined aria-hidden="true" />
      </Button>
    </Dropdown>
  );
}

function useAgentWish(): (state: Wish, reason?: string) => void {
  const { message } = App.useApp();
  const { t } = useTranslation();
  const phone = usePhone();
  const navigate = useNavigate();
  const fault = useFaultText();
  return (state, reason) => {
    const done = state === 'ready' ? phone.startWork() : phone.setAgent(state, reason ?? (state === 'break' ? 'rest' : undefined)).then(() => true);
    done
      .then((ok) => {
        if (ok) return;
        void message.warning(t('check.noMicrophone'));
        void navigate('/check');
      })
      .catch((err: unknown) => void message.error(fault(err)));
  };
}
