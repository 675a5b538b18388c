/** Texts in Chinese and English. Chinese is the measure: English must have the same keys. */
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { en } from './en';
import { zh } from './zh-CN';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'huifang.language';

export function isLanguage(value: string | null): value is Language {
  return languages.some((l) => l === value);
}

export function firstLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  if (isLanguage(stored)) return stored;
  return 'zh-CN';
}

export function startTexts(language: Language = firstLanguage()): typeof i18next {
  if (!i18next.isInitialized) {
    void i18next.use(initReactI18next).init({
      resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
      lng: language,
      fallbackLng: 'zh-CN',
      interpolation: { escapeValue: false },
      returnNull: false,
      initAsync: false,
    });
  }
  speak(language);
  return i18next;
}

/** Changes the language of the whole page, and of the next visits. */
export function setLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  void i18next.changeLanguage(language);
  speak(language);
}

function speak(language: Language): void {
  document.documentElement.lang = language;
  dayjs.locale(language === 'en' ? 'en' : 'zh-cn');
}

/** Groups of the server's words; each has a text per word. */
export type WordGroup = keyof typeof zh.word;

/**
 * word gives the text of one of the server's words, or the word itself when a
 * newer server says one that this page does not know.
 */
export function useWord(): (group: WordGroup, value: string | null | undefined, params?: Record<string, unknown>) => string {
  const { t } = useTranslation();
  return (group, value, params) => {
    if (!value) return '—';
    const key = `word.${group}.${value.replaceAll('.', '_')}`;
    return (t as (key: string, options: object) => string)(key, { ...params, defaultValue: value });
  };
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : 'zh-CN';
}
