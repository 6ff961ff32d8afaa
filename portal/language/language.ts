/** The language of the pages: the one that the person chose, or else one that the browser asks for. */
import type { I18nProviderProps } from '@cloudscape-design/components/i18n';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import type { Refusals } from '../messages/Refusals.ts';
import { readStored, writeStored } from '../stored.ts';

export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский', vi: 'Tiếng Việt' };

const STORED_AS = 'language';

type Loaded = {
  messages: object;
  components: I18nProviderProps.Messages;
  /** The texts of refusals, for languages that the server doesn't speak. */
  refusals?: Refusals;
};

/** Loads only the language that is read, all of its messages at once. */
const LOADERS: Record<Language, () => Promise<Loaded>> = {
  en: () => together([import('../messages/en/index.ts'), import('../messages/en/components.ts')]),
  ru: () =>
    together([
      import('../messages/ru/index.ts'),
      import('../messages/ru/components.ts'),
      import('../messages/ru/refusals.ts'),
    ]),
  vi: () =>
    together([
      import('../messages/vi/index.ts'),
      import('../messages/vi/components.ts'),
      import('../messages/vi/refusals.ts'),
    ]),
};

type Part<Name extends keyof Loaded> = Promise<Required<Pick<Loaded, Name>>>;

async function together(parts: [Part<'messages'>, Part<'components'>, Part<'refusals'>?]): Promise<Loaded> {
  const [{ messages }, { components }, own] = await Promise.all(parts);
  return { messages, components, ...(own && { refusals: own.refusals }) };
}

const componentMessages = new Map<string, I18nProviderProps.Messages>();

/** The texts of the design system's own controls, in a language that has been loaded. */
export const messagesOfComponents = (language: string): I18nProviderProps.Messages =>
  componentMessages.get(language) ?? {};

const isLanguage = (value: unknown): value is Language => (LANGUAGES as readonly unknown[]).includes(value);

/** The language of the first page. */
function preferredLanguage(fallback: Language): Language {
  const wanted = [readStored<unknown>(STORED_AS), ...navigator.languages.map((tag) => tag.split('-', 1)[0])];
  return wanted.find(isLanguage) ?? fallback;
}

/** Loads the first page's language. @param fallback the program's language, for a browser that asks for none of the portal's */
export async function initLanguage(fallback: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    // React escapes the texts.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  await speak(preferredLanguage(fallback));
}

/** Changes the language and remembers it. @throws Error if its messages can't be loaded; then the language stays */
export async function changeLanguage(language: Language): Promise<void> {
  await speak(language);
  if (wanted === language) writeStored(STORED_AS, language);
}

/** The language that was asked for last. If two are loading, the earlier request must not win. */
let wanted: Language | undefined;

async function speak(language: Language): Promise<void> {
  wanted = language;
  if (!componentMessages.has(language)) {
    const { messages, components, refusals } = await LOADERS[language]();
    i18next.addResourceBundle(language, 'translation', messages);
    if (refusals) i18next.addResourceBundle(language, 'refusals', refusals);
    componentMessages.set(language, components);
  }
  if (wanted !== language) return;
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
