/** The portal's translations, for tests without a browser. */
import { createInstance, type TFunction } from 'i18next';

/** The function that gives the portal's messages in a language. */
export async function translator(language: string): Promise<TFunction> {
  const { messages } = (await import(`../portal/messages/${language}/index.ts`)) as { messages: object };
  const i18n = createInstance();
  const options = {
    lng: language,
    resources: { [language]: { translation: messages } },
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  };
  return i18n.init(options as Parameters<typeof i18n.init>[0]);
}
