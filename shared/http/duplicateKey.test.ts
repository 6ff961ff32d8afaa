import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicateKey } from './duplicateKey.ts';

/** JSON as it is sent: unlike a JavaScript object, it may have a key twice. */
type Sent = string | number | null | Sent[] | { entries: [key: string, value: Sent][] };

const { sent } = fc.letrec<{ sent: Sent }>((tie) => ({
  sent: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constantFrom('', '"', '\\', '{"a":1,"a":2}', '[{', ':'), fc.string(), fc.integer(), fc.constant(null)),
    fc.array(tie('sent'), { maxLength: 3 }),
    fc.record({
      entries: fc.array(
        fc.tuple(
          fc.constantFrom('a', 'b', 'name', '__proto__', 'constructor', '', '"', '\\', 'é', '{', ':'),
          tie('sent'),
        ),
        { maxLength: 4 },
      ),
    }),
  ),
}));

/** A text of JSON, with escapes and white space as chance has it. */
function written(value: Sent, chance: () => number): string {
  const blank = () => [' ', '', '\n', '\t\r'][chance() % 4] ?? '';
  const text = (each: string) =>
    chance() % 2 === 0
      ? JSON.stringify(each)
      : `"${[...each].flatMap((c) => [...Array(c.length)].map((_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`)).join('')}"`;
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map((each) => blank() + written(each, chance) + blank()).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = value.entries.map(
    ([key, each]) => `${blank()}${text(key)}${blank()}:${blank()}${written(each, chance)}`,
  );
  return `{${entries.join(',')}${blank()}}`;
}

/** The way to the first key that is there twice, in the order of the text. */
function expected(value: Sent, way: (string | number)[] = []): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const places: [string | number, Sent][] = Array.isArray(value) ? [...value.entries()] : value.entries;
  for (const [i, [place, each]] of places.entries()) {
    if (places.slice(0, i).some(([before]) => before === place)) return [...way, place].join('.');
    const inside = expected(each, [...way, place]);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

describe('a key that an object has twice', () => {
  test.each([
    ['{"name":"a","name":"b"}', 'name'],
    ['{"person":{"tin":"1","phone":"2","tin":"1"}}', 'person.tin'],
    ['{"deltas":[{"a":1},{"b":{},"b":{}}]}', 'deltas.1.b'],
    ['{"__proto__":1,"__proto__":1}', '__proto__'],
    ['{"n\\u0061me":1,"name":1}', 'name'],
    ['{"":1,"":1}', ''],
    ['[[],[{"a" :1,\n"a"\t: 1}]]', '1.0.a'],
  ])('is found in %s', (json, way) => expect(duplicateKey(json)).toBe(way));

  test.each([
    '{"a":{"a":1},"b":[{"a":1},{"a":1}]}',
    '{"a":"\\"a\\":1,\\"a\\":1","b":["a","a"]}',
    '{"a":1,"A":1}',
    '"a"',
    '',
  ])('is not in %s', (json) => expect(duplicateKey(json)).toBeUndefined());

  test('is found in any JSON, wherever it is and however it is written', () => {
    fc.assert(
      fc.property(sent, fc.infiniteStream(fc.nat(100)), (value, stream) => {
        const json = written(value, () => stream.next().value ?? 0);
        JSON.parse(json);
        expect(duplicateKey(json), json).toBe(expected(value));
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  test('is found at any depth', () => {
    const depth = 30_000;
    expect(duplicateKey('['.repeat(depth) + ']'.repeat(depth))).toBeUndefined();
    expect(duplicateKey(`${'{"a":'.repeat(depth)}{"b":1,"b":1}${'}'.repeat(depth)}`)?.slice(-5)).toBe('a.a.b');
  });
});
