/** The time of each check of a text grows with the text's length, and no faster: a long text must not keep a function busy. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pasted } from '../portal/customers/pasted.ts';
import { sized } from '../test/size.ts';
import * as fields from './contract/fields.ts';
import { duplicateKey } from './http/duplicateKey.ts';
import { cellRows } from './import/cells.ts';
import { headerKey } from './import/columns.ts';
import { encodingOf } from './import/encoding.ts';
import { damageOf, textOf } from './import/spreadsheet.ts';
import { withoutAddresses } from './log.ts';
import { fold } from './table/fold.ts';

/** The longest body of a request has as many bytes. */
const LENGTH = 65_536;
/**
 * A linear check takes at most 80 ms on an idle machine, a quadratic one seconds (`/\s+$/` almost four). Between them is room for a busy
 * machine.
 */
const MAX_MS = 1_000;
/** So often a check that took longer is tried again: other threads of this process may have worked meanwhile. */
const TRIES = 5;

const {
  INVISIBLE,
  MAX_CLIENT_ID_LENGTH,
  emailError,
  canonicalEmail,
  domainOf,
  mailboxOf,
  normalized,
  firstCharacters,
  withoutBlankEnds,
  withoutInvisibleEnds,
  required,
  tooLong,
  ...schemas
} = fields;
const CHECKS: [name: string, check: (text: string) => unknown][] = [
  ...Object.entries(schemas).map(([name, schema]): [string, (text: string) => unknown] => [
    name,
    (text) => schema(name).safeParse(text),
  ]),
  ['emailError', emailError],
  ['mailboxOf', mailboxOf],
  ['duplicateKey', (text) => duplicateKey(JSON.stringify([text]))],
  ['fold', fold],
  ['withoutAddresses', withoutAddresses],
  ['headerKey', headerKey],
  ['textOf', textOf],
  ['damageOf', damageOf],
  ['encodingOf', (text) => encodingOf(Buffer.from(text.replace(/[^\0-\xff]/g, 'é'), 'latin1'))],
  ['cellRows', (text) => [...cellRows(text, ',')].length],
  // On one line, because each address of a list takes its time.
  ['pasted', (text) => pasted(text.replaceAll('\n', ' '))],
];

/** Characters to which some check pays attention. */
const character = fc.constantFrom(
  ...' \t\n"\'`()[]{}<>@.,:;/\\+-#=%aAxа1я。',
  ...['\u3164', '\u200b', '\u00a0', '\u202a', '\u202c', '\ufe0f', '\u0301', '\u0316', '\u1e69', '\u00e9', '東', '🙂'],
);
const word = fc.oneof(character, fc.constantFrom('www.', 'xn--', '://', 'ext', 'a@', '.com', '""', 'mailto:'));
const unit = fc.array(word, { minLength: 1, maxLength: 2 }).map((words) => words.join(''));
const ends = fc.constantFrom('', 'a', '!', '\u0416', '"', '<', '@a.example', '.com');

/** Milliseconds that `check` took: the process's time of CPU or the clock's, whichever is less. Both count what others did. */
function timeOf(check: () => unknown): number {
  const begin = performance.now();
  const { user, system } = process.cpuUsage();
  check();
  const used = process.cpuUsage({ user, system });
  return Math.min(performance.now() - begin, (used.user + used.system) / 1000);
}

const repeated = (one: string, length: number) => one.repeat(length / one.length);

test.each(CHECKS)('%s takes a time that grows with the length of the text', (name, check) => {
  fc.assert(
    fc.property(ends, unit, fc.option(unit, { nil: '' }), ends, (before, one, other, after) => {
      const middle = other === '' ? repeated(one, LENGTH) : repeated(one, LENGTH / 2) + repeated(other, LENGTH / 2);
      const text = before + middle + after;
      let ms = Number.POSITIVE_INFINITY;
      for (let tries = 0; ms >= MAX_MS && tries < TRIES; tries++) ms = timeOf(() => check(text));
      expect(ms, JSON.stringify([before, one, other, after])).toBeLessThan(MAX_MS);
    }),
    {
      // Besides the examples, which come first. To read a long list of addresses takes long.
      numRuns: name === 'pasted' ? sized(9, 200) : sized(14, 2_000),
      examples: [
        ['a', ' ', '', 'b'],
        ['a', ' \u3164', '', 'b'],
        ['a', '\u0301', '\u0316', 'b'],
        ['', '(', '', ''],
        ['', 'a', '', '\u00c6'],
        ['"', ' ', '', 'b'],
        ['<', 'a@', '', 'b'],
        ['', '"a\n', '', ''],
      ],
    },
  );
});
