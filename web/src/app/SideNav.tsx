import { MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { NavLink } from 'react-router';
import { useTranslation } from 'react-i18next';
import { SystemButton } from '@/features/system/SystemButton';
import { groups, placesOf } from './nav';
import { hasRole, useMe } from './session';

const storageKey = 'huifang.nav';
const fewPlaces = 8; // as many as a rail shows without scrolling

/**
 * Only the pages that the reader's roles open, by group. Agents, and whoever has few, see a rail of icons with a word below each, which
 * leaves the room to the desk; others a list. Either may be chosen, and is remembered.
 */
export function SideNav() {
  const { t } = useTranslation();
  const me = useMe();
  const mine = placesOf(me);
  const [form, setForm] = useState(() => localStorage.getItem(storageKey) ?? (hasRole(me, 'agent') || mine.length <= fewPlaces ? 'rail' : 'list'));
  const wide = form === 'list';
  const turn = () => {
    const next = wide ? 'rail' : 'list';
    localStorage.setItem(storageKey, next);
    setForm(next);
  };
  return (
    <nav className="side" data-form={form} aria-label={t('shell.nav')}>
      <div className="side-places">
        {groups.map((g) => ({ group: g, places: mine.filter((p) => p.group === g) })).filter(({ places }) => places.length > 0).map(({ group, places }) => (
          <div key={group} role="group" aria-label={t(`navGroup.${group}`)} className="side-group">
            {wide && <div className="side-heading" aria-hidden="true">{t(`navGroup.${group}`)}</div>}
            {places.map((p) => (
              <NavLink key={p.key} to={p.path} className="side-item">
                <span aria-hidden="true" className="side-icon">{p.icon}</span>
                {t(`nav.${p.key}`)}
              </NavLink>
            ))}
          </div>
        ))}
      </div>
      <SystemButton />
      <button type="button" className="side-item side-turn" aria-pressed={wide} onClick={turn}>
        <span aria-hidden="true" className="side-icon">{wide ? <MenuFoldOutlined /> : <MenuUnfoldOutlined />}</span>
        {t(wide ? 'shell.navRail' : 'shell.navList')}
      </button>
    </nav>
  );
}
