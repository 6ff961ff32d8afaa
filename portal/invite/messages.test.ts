import { expect, test } from 'vitest';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { LANGUAGE_NAMES, MESSAGES } from './messages.js';

/** Every text by its path, with example names put in. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, part]) => texts(part, `${path}/${key}`));
}
const shape = (language: string) => texts(MESSAGES[language]).map(([path]) => path);

test('the page speaks every language of the program, and offers each by its own name', () => {
  expect(Object.keys(MESSAGES)).toEqual([...LANGUAGES]);
  expect(Object.keys(LANGUAGE_NAMES)).toEqual([...LANGUAGES]);
});

test.each(LANGUAGES)('nothing is missing, empty or left in English (%s)', (language) => {
  expect(shape(language)).toEqual(shape('en'));
  for (const [path, text] of texts(MESSAGES[language])) {
    expect([path, text.trim()]).not.toEqual([path, '']);
    const english = new Map(texts(MESSAGES['en'])).get(path);
    if (language !== 'en') expect([path, text]).not.toEqual([path, english]);
    for (const [name] of text.matchAll(/\{.*?\}/g))
      expect(['{partner}', '{customer}', '{brand}', '{organization}', '{until}', '{seconds}']).toContain(name);
  }
});

test.each(LANGUAGES)('each page has a title of its own (%s)', (language) => {
  const titles = Object.values(MESSAGES[language]?.pages ?? {}).map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(0);
  expect(new Set(titles).size).toBe(titles.length);
});
