import { useState } from 'react';
import { Outlet } from 'react-router';
import { useTranslation } from 'react-i18next';
import { useMaybePhone } from '@/features/softphone/context';
import { Notices } from '@/features/softphone/Notices';
import { OtherTab } from '@/features/softphone/OtherTab';
import { OfferDialog } from '@/features/transfer/OfferDialog';
import { TransferStrip } from '@/features/transfer/TransferStrip';
import { PhoneStrip } from '@/features/softphone/PhoneStrip';
import { SystemStrip } from '@/features/system/SystemStrip';
import { HelpDialog } from './HelpDialog';
import { useShortcut } from './shortcuts';
import { SideNav } from './SideNav';
import { TopBar } from './TopBar';

/** The frame of every page: top bar with the softphone, navigation, what is wrong right now. */
export function Shell() {
  const { t } = useTranslation();
  const phone = useMaybePhone();
  const [help, setHelp] = useState(false);
  useShortcut('?', () => setHelp(true));
  return (
    <div className="shell">
      <a className="skip" href="#content">{t('shell.skip')}</a>
      <TopBar onHelp={() => setHelp(true)} />
      <div className="shell-body">
        <SideNav />
        <div className="shell-main">
          {phone && <PhoneStrip />}
          {phone && <TransferStrip />}
          <SystemStrip />
          <main id="content" className="content" tabIndex={-1}><Outlet /></main>
        </div>
      </div>
      {phone && <OtherTab />}
      {phone && <OfferDialog />}
      {phone && <Notices />}
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
