import { NavLink } from 'react-router';
import { useTranslation } from 'react-i18next';
import { SystemButton } from '@/features/system/SystemButton';
import { placesOf } from './nav';
import { useMe } from './session';

/** Only the pages that the reader's roles open. */
export function SideNav() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <nav className="side" aria-label={t('shell.nav')}>
      {placesOf(me).map((p) => (
        <NavLink key={p.key} to={p.path} className="side-item">
          <span aria-hidden="true" className="side-icon">{p.icon}</span>
          {t(`nav.${p.key}`)}
        </NavLink>
      ))}
      <div className="side-space" />
      <SystemButton />
    </nav>
  );
}
