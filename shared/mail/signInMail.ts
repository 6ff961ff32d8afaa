/** The mails of sign-in, which Cognito sends. They know neither partner nor customer, so that their trigger stays small. */
import { LANGUAGES, type Language } from '../contract/vocabulary.ts';

/**
 * `verify` confirms the address of a sign-up, `change` another address of an account, `reset` a new password; `account` has the first
 * password of an account that an administrator made. The portal has no page for `change`: a program of the account's own asks for it.
 */
export type SignInMailKind = 'verify' | 'change' | 'reset' | 'account';

type Text = { subject: string; ask: string; after: string };
/** `{brand}` is the name of the provider's cloud, `{username}` the address to sign in with. The code stands after `ask`. */
type Texts = Record<SignInMailKind, Text>;

const TEXTS: Record<Language, Texts> = {
  en: {
    verify: {
      subject: '{brand}: confirm your email address',
      ask: 'Enter this code on the sign-in page of the {brand} partner portal to confirm your email address:',
      after: 'If you did not ask for this code, ignore this email. Give the code to nobody.',
    },
    change: {
      subject: '{brand}: use of this email address',
      ask: 'Somebody who is signed in to the {brand} partner portal asked to use this email address for their account. The code for it:',
      after: 'If it was not you, ignore this email. Give the code to nobody.',
    },
    reset: {
      subject: '{brand}: set a new password',
      ask: 'Enter this code on the sign-in page of the {brand} partner portal to set a new password:',
      after: 'If you did not ask for this code, ignore this email. Give the code to nobody.',
    },
    account: {
      subject: '{brand}: your account in the partner portal',
      ask: 'You have an account in the {brand} partner portal. Sign in as {username} with this temporary password:',
      after: 'You set your own password when you sign in. Give this one to nobody.',
    },
  },
  ru: {
    verify: {
      subject: '{brand}: подтвердите адрес эл. почты',
      ask: 'Чтобы подтвердить адрес эл. почты, введите этот код на странице входа в партнёрский портал {brand}:',
      after: 'Если вы не запрашивали код, ничего не делайте. Никому не сообщайте его.',
    },
    change: {
      subject: '{brand}: использование этого адреса эл. почты',
      ask: 'Кто-то, кто вошёл в партнёрский портал {brand}, запросил использование этого адреса эл. почты для своего аккаунта. Код для этого:',
      after: 'Если это были не вы, ничего не делайте. Никому не сообщайте код.',
    },
    reset: {
      subject: '{brand}: задайте новый пароль',
      ask: 'Чтобы задать новый пароль, введите этот код на странице входа в партнёрский портал {brand}:',
      after: 'Если вы не запрашивали код, ничего не делайте. Никому не сообщайте его.',
    },
    account: {
      subject: '{brand}: ваш аккаунт в партнёрском портале',
      ask: 'Для вас создан аккаунт в партнёрском портале {brand}. Войдите с адресом {username} и этим временным паролем:',
      after: 'При входе вы зададите собственный пароль. Никому не сообщайте временный.',
    },
  },
  vi: {
    verify: {
      subject: '{brand}: xác minh địa chỉ email',
      ask: 'Để xác minh địa chỉ email, hãy nhập mã này trên trang đăng nhập cổng đối tác {brand}:',
      after: 'Nếu bạn không yêu cầu mã này, hãy bỏ qua thư. Đừng cho ai biết mã.',
    },
    change: {
      subject: '{brand}: sử dụng địa chỉ email này',
      ask: 'Một người đã đăng nhập cổng đối tác {brand} yêu cầu dùng địa chỉ email này cho tài khoản của họ. Mã xác minh:',
      after: 'Nếu đó không phải là bạn, hãy bỏ qua thư. Đừng cho ai biết mã.',
    },
    reset: {
      subject: '{brand}: đặt mật khẩu mới',
      ask: 'Để đặt mật khẩu mới, hãy nhập mã này trên trang đăng nhập cổng đối tác {brand}:',
      after: 'Nếu bạn không yêu cầu mã này, hãy bỏ qua thư. Đừng cho ai biết mã.',
    },
    account: {
      subject: '{brand}: tài khoản của bạn trên cổng đối tác',
      ask: 'Bạn có tài khoản trên cổng đối tác {brand}. Hãy đăng nhập bằng {username} với mật khẩu tạm thời này:',
      after: 'Khi đăng nhập, bạn đặt mật khẩu của riêng mình. Đừng cho ai biết mật khẩu tạm thời.',
    },
  },
};

/** The language of a locale such as `ru-RU`; undefined if it is none of ours. */
export const languageOf = (locale: string | undefined): Language | undefined =>
  LANGUAGES.find((language) => locale?.toLowerCase().split(/[-_]/, 1)[0] === language);

type Values = { brandName: string; code: string; username: string };

/**
 * Subject and HTML of a mail. With several languages, it says the same in each, one below the other.
 *
 * @param languages the reader's language; all languages if it isn't known, the likeliest first, in which the subject is
 * @param values `code` and `username` are placeholders, which Cognito replaces
 */
export function signInMail(
  kind: SignInMailKind,
  languages: readonly [Language, ...Language[]],
  { brandName, code, username }: Values,
): { subject: string; html: string } {
  const filled = (text: string, brand: string) =>
    text.replace('{brand}', () => brand).replace('{username}', () => username);
  const paragraphs = languages.map((language) => {
    const { ask, after } = TEXTS[language][kind];
    const brand = escapeHtml(brandName);
    return `<div lang="${language}" style="margin:0 0 32px"><p>${filled(ask, brand)}</p><p style="font-size:24px"><b>${code}</b></p><p>${after}</p></div>`;
  });
  return {
    subject: filled(TEXTS[languages[0]][kind].subject, brandName),
    html: `<div style="font:16px/24px Arial,sans-serif;color:#16191f;max-width:560px">${paragraphs.join('')}</div>`,
  };
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
