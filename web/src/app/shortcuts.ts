/**
 * Keyboard shortcuts: Alt and a letter anywhere, "/" and "?" outside of fields.
 * Keys are taken by their place (KeyboardEvent.code), so that layouts and
 * input methods do not matter.
 */
import { useEffect, useRef } from 'react';

export type Shortcut = `Alt+${string}` | '/' | '?';

/** The list of the help dialog. */
export const shortcuts = [
  ['Alt+D', 'dial'], ['Alt+H', 'hangup'], ['Alt+M', 'mute'], ['Alt+O', 'hold'], ['Alt+K', 'keypad'], ['Alt+P', 'pause'], ['Alt+J', 'complaint'], ['Alt+T', 'transfer'], ['Alt+G', 'accept'], ['Alt+X', 'declineCall'],
  ['Alt+A', 'appointment'], ['Alt+S', 'save'], ['Alt+N', 'next'], ['Alt+Q', 'takeNext'], ['Alt+1', 'ready'], ['Alt+2', 'break'], ['Alt+3', 'offline'], ['/', 'search'], ['?', 'help'],
] as const satisfies ReadonlyArray<readonly [Shortcut, string]>;

interface Key { altKey: boolean; ctrlKey: boolean; metaKey: boolean; code: string; key: string; isComposing: boolean; keyCode: number; target: EventTarget | null }

export function matches(shortcut: Shortcut, e: Key): boolean {
  if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey) return false;
  if (shortcut.startsWith('Alt+')) {
    const key = shortcut.slice(4);
    return e.altKey && e.code === (/\d/.test(key) ? `Digit${key}` : `Key${key}`);
  }
  return !e.altKey && e.key === shortcut && !writing(e.target);
}

function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

export function useShortcut(shortcut: Shortcut, act: () => void, enabled = true): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (e: KeyboardEvent) => {
      if (e.repeat || !matches(shortcut, e)) return;
      e.preventDefault();
      latest.current();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [shortcut, enabled]);
}
