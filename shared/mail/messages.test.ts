import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../contract/vocabulary.ts';
import type { Message } from './message.ts';
import { MESSAGES } from './messages.ts';
import { MESSAGE_NAMES } from './samples.ts';

const placeholders = (text: string) => [...new Set(text.match(/\{\w*\}/g))].sort();
const textOf = ({ before, after, ...others }: Message) => [...before, ...after, ...Object.values(others)];
/** Every text of a language, by its path in the messages. */
const texts = (value: unknown, path = ''): [string, string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(value as object).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));

test('the messages have exactly the known names', () => {
  for (const language of LANGUAGES) expect(Object.keys(MESSAGES[language].mails)).toEqual(MESSAGE_NAMES);
});

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(MESSAGE_NAMES)('%s has the same parts and placeholders as in English', (name) => {
    const [here, english] = [MESSAGES[language].mails[name], MESSAGES.en.mails[name]];
    expect(placeholders(textOf(here).join())).toEqual(placeholders(textOf(english).join()));
    expect(placeholders(here.subject)).toEqual(placeholders(english.subject));
    expect(Object.keys(here)).toEqual(Object.keys(english));
    expect([here.before.length, here.after.length]).toEqual([english.before.length, english.after.length]);
  });

  test('each footer names the sender', () => {
    for (const [audience, footer] of Object.entries(MESSAGES[language].footers))
      expect(placeholders(footer)).toEqual(
        placeholders(MESSAGES.en.footers[audience as keyof typeof MESSAGES.en.footers]),
      );
  });

  test('no text is empty or in another language, and placeholders are known', () => {
    const own = { en: /^[\p{ASCII}’]+$/u, ru: /\p{Script=Cyrillic}/u, vi: /[^\p{ASCII}’“”]/u }[language];
    for (const [path, text] of texts(MESSAGES[language])) {
      expect(text.trim(), path).toBe(text);
      if (path !== '.moment') expect(text, path).toMatch(own);
      for (const placeholder of placeholders(text))
        expect('{brand} {partner} {customer} {until} {left} {count} {date} {time}', path).toContain(placeholder);
    }
  });

  test('a text exists for each plural form of the language', () => {
    const categories = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
    for (const forms of Object.values(MESSAGES[language].left)) {
      expect(Object.keys(forms).sort()).toEqual(categories);
      for (const form of Object.values(forms)) expect(placeholders(form)).toEqual(['{count}']);
    }
  });
});

test('to a person who is no user yet, no subject contains a text of the partner', () => {
  for (const language of LANGUAGES)
    for (const name of ['INVITATION', 'RESENT', 'REMINDER', 'MEMBER_INVITED'] as const)
      expect(MESSAGES[language].mails[name].subject).not.toMatch(/\{(partner|customer)\}/);
});
