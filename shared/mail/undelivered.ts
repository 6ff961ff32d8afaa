/** Why a mail did not arrive, in the language of the mail that tells of it. */
import type { DeliveryCause, Language } from '../contract/vocabulary.ts';
import type { Why } from '../customer/delivery.ts';
import { undelivered as ru } from './undelivered/ru.ts';
import { undelivered as vi } from './undelivered/vi.ts';

const UNDELIVERED: Record<Exclude<Language, 'en'>, Record<DeliveryCause, string>> = { ru, vi };

/** The reason in a language. In English it is the stored sentence, which often has more details. A reason without a code stays English. */
export const reasonIn = (language: Language, { reason = '', reasonCode }: Partial<Why>): string =>
  language === 'en' || reasonCode === undefined ? reason : UNDELIVERED[language][reasonCode];
