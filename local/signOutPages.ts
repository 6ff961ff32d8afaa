/** The pages of the local issuer for signing out, in the language that the browser asks for. */
import { LANGUAGES, type Language } from '../shared/contract/vocabulary.ts';

const TEXTS: Record<Language, { signOut: string; signedOut: string }> = {
  en: { signOut: 'Sign out', signedOut: 'You are signed out' },
  ru: { signOut: 'Выйти', signedOut: 'Вы вышли' },
  vi: { signOut: 'Đăng xuất', signedOut: 'Bạn đã đăng xuất' },
};

/** @param asked language tags, the wanted ones first, such as `ru-RU`. The first one that the portal speaks counts; otherwise English */
export const languageOf = (asked: readonly string[]): Language =>
  asked.map((tag) => LANGUAGES.find((language) => language === tag.split('-', 1)[0])).find((found) => found) ?? 'en';

/** Signs out without a question: the person has chosen to sign out in the portal. Without scripts, the page has a button. */
export function signOutPage(language: Language, form: string): string {
  const { signOut } = TEXTS[language];
  return `<!doctype html><html lang="${language}"><title>${signOut}</title><body onload="document.forms[0].submit()">${form}
<button form="op.logoutForm" name="logout" value="yes">${signOut}</button><script>
const yes = Object.assign(document.createElement('input'), { type: 'hidden', name: 'logout', value: 'yes' });
document.forms[0].append(yes);</script></body></html>`;
}

/** The page for a person who doesn't return to the portal. */
export function signedOutPage(language: Language): string {
  const { signedOut } = TEXTS[language];
  return `<!doctype html><html lang="${language}"><title>${signedOut}</title><body><h1>${signedOut}</h1></body></html>`;
}
