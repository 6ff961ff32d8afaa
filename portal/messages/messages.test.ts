/** Every message is there in every language, and says the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { vng, yandex } from '../../test/given.ts';

type Tree = { [key: string]: string | Tree };

const load = async (language: string) => ((await import(`./${language}/index.ts`)) as { messages: Tree }).messages;
const PLURAL = /_(zero|one|two|few|many|other)$/;

function* leaves(tree: Tree, above = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') yield [above + key, value];
    else yield* leaves(value, `${above}${key}.`);
  }
}

const english = new Map(leaves(await load('en')));
const plurals = new Set([...english.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')));

/** The keys that a language must have: of a message that depends on a number, one for each form that the language has. */
function expectedKeys(language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const plain = [...english.keys()].filter((key) => !PLURAL.test(key));
  return [...plain, ...[...plurals].flatMap((key) => forms.map((form) => `${key}_${form}`))].sort();
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+(?:, number)?)\}\}/g)].map(([, name]) => name).sort();

describe.each(LANGUAGES)('the messages in %s', (language) => {
  it('are complete, with every form that a number takes', async () => {
    expect([...new Map(leaves(await load(language))).keys()].sort()).toEqual(expectedKeys(language));
  });

  it('say something, with the same names and numbers in it as in English', async () => {
    for (const [key, text] of leaves(await load(language))) {
      expect(text.trim(), key).not.toBe('');
      const original = english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? '';
      expect(placeholders(text), key).toEqual(placeholders(original));
    }
  });
});

it('in Russian, no full stop follows a date, which may end with “г.”', async () => {
  const doubled = [...leaves(await load('ru'))].filter(([, text]) => /\{\{(date|since)\}\}\./.test(text));
  expect(doubled).toEqual([]);
});

it.each(LANGUAGES)('the programs’ own words are there in %s', async (language) => {
  const { programLabel } = (await load(language)) as { programLabel: Tree };
  const words = [yandex, vng].flatMap(({ statusLabels, pageLabels }) =>
    [statusLabels, pageLabels].flatMap(Object.values),
  );
  expect(words.length).toBeGreaterThan(4);
  expect(Object.keys(programLabel).sort()).toEqual(words.sort());
});

describe.each(LANGUAGES)('a button in %s', (language) => {
  it('has a name that begins with what is written on it, so that it can be called by voice (WCAG 2.5.3)', async () => {
    const messages = new Map(leaves(await load(language)));
    const named = [...messages].filter(([key]) => key.endsWith('Named'));
    expect(named.length).toBeGreaterThan(0);
    for (const [key, name] of named)
      expect(name, key).toMatch(new RegExp(`^${messages.get(key.replace(/Named$/, ''))}`));
  });
});

/** Components of the design system that pages import, and those which are inside them. */
const INSIDE: Record<string, string[]> = {
  'file-upload': ['file-token-group'],
  'collection-preferences': ['modal'],
  multiselect: ['select', 'token-group'],
};

function importedComponents(): string[] {
  const portal = join(import.meta.dirname, '..');
  const sources = readdirSync(portal, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));
  const found = sources.flatMap((file) =>
    [...readFileSync(join(portal, file), 'utf8').matchAll(/from '@cloudscape-design\/components\/([\w-]+)'/g)].map(
      ([, name = '']) => name,
    ),
  );
  return [...new Set(found.flatMap((name) => [name, ...(INSIDE[name] ?? [])]))];
}

type ComponentMessages = { components: { 'cloudscape-design-components': Record<string, Record<string, object>> } };

describe.each(['ru', 'vi'])('the design system in %s', (language) => {
  it('speaks wherever a component that pages use has something to say', async () => {
    const { components } = (await import(`./${language}/components.ts`)) as ComponentMessages;
    const { components: original } = (await import('./en/components.ts')) as unknown as ComponentMessages;
    const english = original['cloudscape-design-components']['en'] ?? {};
    const translated = components['cloudscape-design-components'][language] ?? {};
    for (const name of importedComponents()) {
      expect(Object.keys(translated[name] ?? {}).sort(), name).toEqual(Object.keys(english[name] ?? {}).sort());
    }
  });
});
