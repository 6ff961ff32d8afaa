import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageToken, readPage } from './page.ts';

const refused = expect.objectContaining({ code: 'PAGE_TOKEN_INVALID' });

test('a token gives back its position, in the list that it was made for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[^\n\ud800-\udfff]+$/), { minLength: 1, maxLength: 2 }),
      fc.string(),
      (position, scope) => {
        fc.pre(position.every((part) => part.isWellFormed()));
        expect(readPage({ pageToken: pageToken(position, scope) }, scope)).toEqual({ limit: 100, position });
      },
    ),
  );
});

test('a request without a token reads the first page, with as many entries as it asks for', () => {
  expect(readPage({}, 'acme')).toStrictEqual({ limit: 100, position: undefined });
  expect(readPage({ pageSize: 7 }, 'acme')).toStrictEqual({ limit: 7, position: undefined });
  const token = pageToken(['a', 'b'], 'acme');
  expect(readPage({ pageSize: 7, pageToken: token }, 'acme')).toStrictEqual({ limit: 7, position: ['a', 'b'] });
});

test("another list's token is refused", () => {
  expect(() => readPage({ pageToken: pageToken(['a'], 'acme') }, 'globex')).toThrow(refused);
  // A list's name and a position must not run together: 'a' + 'b' is not 'ab' + ''.
  expect(pageToken(['b'], 'a').slice(0, 8)).not.toBe(pageToken([''], 'ab').slice(0, 8));
});

test('a token that someone edited is refused, wherever it was edited', () => {
  const token = pageToken(['2026-05-01T00:00:00.000Z', 'dn2aaaaaaaaaaaaaaaaa'], 'acme');
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.stringMatching(/^[\w-]?$/), (at, replacement) => {
      const edited = token.slice(0, at) + replacement + token.slice(at + 1);
      fc.pre(edited !== token);
      expect(() => readPage({ pageToken: edited }, 'acme')).toThrow(refused);
    }),
  );
  for (const edited of ['', ' ', '%', `${token}=`, `${token} `, 'x'.repeat(5000)]) {
    expect(() => readPage({ pageToken: edited }, 'acme')).toThrow(refused);
  }
});

test('no token is longer than 100 characters', () => {
  const longest = ['я'.repeat(18), 'dn2aaaaaaaaaaaaaaaaa'];
  expect(pageToken(longest, 'acme').length).toBeLessThanOrEqual(100);
  expect(pageToken([`INVITED_BY#${'a'.repeat(56)}`], 'USER#a@b.example').length).toBeLessThanOrEqual(100);
});
