/** The texts of mails, by language. */
import type { Language } from '../contract/vocabulary.ts';
import { en } from './messages/en.ts';
import { ru } from './messages/ru.ts';
import { vi } from './messages/vi.ts';

export const MESSAGES = { en, ru, vi } satisfies Record<Language, unknown>;
