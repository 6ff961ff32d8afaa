/** The language of the pages: the one that was chosen, or else one that the browser asks for. */
import type { I18nProviderProps } from '@cloudscape-design/components/i18n';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES } from '../../shared/program.ts';
import { readStored, writeStored } from '../stored.ts';

export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский', vi: 'Tiếng Việt' };

const STORED_AS = 'language';

type Loaded = { messages: object; components: I18nProviderProps.Messages };

/** Only the language that is read is loaded. */
const LOADERS: Record<Language, () => Promise<Loaded>> = {
  en: async () => ({ ...(await import('../messages/en/index.ts')), ...(await import('../messages/en/components.ts')) }),
  ru: async () => ({ ...(await import('../messages/ru/index.ts')), ...(await import('../messages/ru/components.ts')) }),
  vi: async () => ({ ...(await import('../messages/vi/index.ts')), ...(await import('../messages/vi/components.ts')) }),
};

const componentMessages = new Map<string, I18nProviderProps.Messages>();

/** What the design system's own controls say, in a language that has been loaded. */
export const messagesOfComponents = (language: string): I18nProviderProps.Messages =>
  componentMessages.get(language) ?? {};

const isLanguage = (value: unknown): value is Language => (LANGUAGES as readonly unknown[]).includes(value);

/** The language to begin with. */
function preferredLanguage(fallback: Language): Language {
  const wanted = [readStored<unknown>(STORED_AS), ...navigator.languages.map((tag) => tag.split('-', 1)[0])];
  return wanted.find(isLanguage) ?? fallback;
}

/** Before the first page is shown. @param fallback the program's language, for a browser that asks for none of ours */
export async function initLanguage(fallback: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  await speak(preferredLanguage(fallback));
}

/** Changes the language, and remembers it. */
export async function changeLanguage(language: Language): Promise<void> {
  writeStored(STORED_AS, language);
  await speak(language);
}

async function speak(language: Language): Promise<void> {
  if (!componentMessages.has(language)) {
    const { messages, components } = await LOADERS[language]();
    i18next.addResourceBundle(language, 'translation', messages);
    componentMessages.set(language, components);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
