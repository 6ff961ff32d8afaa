import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findInvitation } from './findInvitation.js';

const ID = 'dn2k7q3v9x1m5c8b2z4t';
const MAC = 'mB3xQz8vLr0JwT6nYpE2sHdK9aU-CgXi4o_tRk7bNlM';
const TOKEN = `k1.${ID}.${MAC}`;
const LINK = `/invite/accept/${ID}#token=${TOKEN}`;
const FOUND = { customerId: ID, token: TOKEN };

/** A link as a browser opens it: without line breaks and tabs, and with encoded blanks and other letters. */
const inBrowser = (link: string): string => {
  const { pathname, search, hash } = new URL(link, 'https://portal.example');
  return `${pathname}${search}${hash}`;
};
const find = (link: string) => findInvitation(inBrowser(link));

describe('an invitation', () => {
  const cases = JSON.parse(readFileSync('test/data/cases/links.json', 'utf8')) as {
    opens: string[];
    signsIn: string[];
    nothing: string[];
  };
  const filled = (link: string) => link.replaceAll('{id}', ID).replaceAll('{token}', TOKEN).replaceAll('{mac}', MAC);

  test('is found in a mailed link that is not damaged, with any key id', () => {
    expect(find(LINK)).toEqual(FOUND);
    for (const keyId of [
      'k',
      'K-2',
      '2026-11',
      'a_b',
      '12345678901234567890',
      'tok',
      'key-of-november',
      'my-token-2',
      'token',
      '61ab',
      '3',
      'x3d',
    ])
      expect(find(LINK.replace('k1.', `${keyId}.`))).toEqual({ customerId: ID, token: TOKEN.replace('k1', keyId) });
  });

  test.each(cases.opens)('is found in %s', (link) => expect(find(filled(link))).toEqual(FOUND));

  test.each(cases.signsIn)('without a token is found in %s', (link) =>
    expect(find(filled(link))).toEqual({ customerId: ID }),
  );

  test.each(cases.nothing)('is not found in %s', (link) => expect(find(filled(link))).toEqual({}));

  test('is found with a blank, a line break or a break of quoted-printable at any place of the token', () => {
    const begin = LINK.length - TOKEN.length;
    for (const put of [
      ' ',
      '%20',
      '%0A',
      '%0D%0A',
      '%250a',
      '\u200b',
      '\u00ad',
      '\u00a0',
      '"',
      ')',
      '<wbr>',
      '<wbr class=x>',
      '</strong>',
      '&shy;',
      '&lrm;',
      '&NoBreak;',
      '&thinsp;',
      '&NewLine;',
      '&nbsp',
      '&#8203;',
      '&#8203',
      '&#x200b',
      '&amp;#8203;',
      '&amp;amp;nbsp;',
      '%u200b',
      '%0A%3E%20',
      `%0A${'%20'.repeat(20)}`,
      '&nbsp;'.repeat(13),
    ])
      for (let at = begin + (/^[&%<]/.test(put) ? 1 : 0); at < LINK.length; at++)
        expect(find(LINK.slice(0, at) + put + LINK.slice(at)), `${put} at ${at}`).toEqual(FOUND);
    // In the key id, `=` would end another parameter.
    for (let at = begin + 3; at < LINK.length; at++)
      expect(find(`${LINK.slice(0, at)}=\r\n${LINK.slice(at)}`), `= at ${at}`).toEqual(FOUND);
  });

  test('is found with any of its characters in quoted-printable, and with other dots', () => {
    for (let at = LINK.indexOf(`.${MAC}`); at < LINK.length; at++) {
      const code = LINK.charCodeAt(at).toString(16).toUpperCase();
      expect(find(`${LINK.slice(0, at)}=${code}${LINK.slice(at + 1)}`), `${at}`).toEqual(FOUND);
    }
    expect(find(LINK.replaceAll('_', '=5F').replaceAll('-', '=2d'))).toEqual(FOUND);
    for (const dot of ['=2E', '&period;', '&amp;period;', '\u3002', '\uff0e', '\uff61'])
      expect(find(LINK.replace(TOKEN, TOKEN.replaceAll('.', dot))), dot).toEqual(FOUND);
    expect(find(`/invite/accept/${ID}&num;token&equals;${TOKEN.replaceAll('_', '&lowbar;')}`)).toEqual(FOUND);
  });

  test('is found in a link that up to five gateways have encoded', () => {
    let encoded = `#token=${TOKEN}`;
    for (let gateways = 1; gateways <= 5; gateways++) {
      encoded = encodeURIComponent(encoded);
      expect(find(`/invite/accept/${ID}${encoded}`), `${gateways}`).toEqual(FOUND);
    }
  });

  test('is found without a token if the link ends early: no other characters complete the token', () => {
    for (let at = LINK.indexOf('#'); at < LINK.length; at++)
      for (const after of [
        '',
        '…',
        '&utm_source=mail&utm_medium=email',
        '?fbclid=IwAR2F4-dbP0l7Mn1IawQQGCINEz7PYXQvwjNwB',
        '%26utm_id%3D0123456789012345678901234567890123456789012',
        '&amp;amp;utm_source=a-mail-of-the-program-that-invites-customers',
        '&utm_id=61abcdef61abcdef61abcdef61abcdef61abcdef61abcdef',
        '#:~:text=The%20invitation%20is%20valid%20for%20thirty%20days%20from%20today',
        ';jsessionid=0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF',
        ',sid=0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF',
      ])
        expect(find(LINK.slice(0, at) + after), `${at} ${after}`).toEqual({ customerId: ID });
  });

  test('is looked for in a long address without a delay', () => {
    for (const part of [
      '.',
      'd',
      'dn2',
      '%',
      '%25',
      '.d-',
      '&#',
      'token=',
      '.dn2k7q3v9x1m5c8b2z4t.',
      '<b',
      '=2E',
      ' n2',
      `.${ID}.${'?.'.repeat(50)}`,
      `.${ID}.${';a'.repeat(50)}`,
      '&amp;',
      '&a',
      '<a x',
      ' ',
      '=5F',
    ])
      findInvitation(`/invite/accept/${part.repeat(100_000)}`);
    expect(find(`${LINK}${'x'.repeat(70_000)}`)).toEqual(FOUND);
    // The rest of an endless address isn't read.
    expect(find(`/${'x'.repeat(20_000)}${LINK}`)).toEqual({});
  }, 5_000);
});

describe('random damage', () => {
  /** Punctuation, quotes, brackets, blank and invisible characters. `%` would begin an encoded character; the others end a token's part. */
  const junk = fc.constantFrom(
    ...[
      ...'"\'`()[]{}<>,;:!|\\^~*$@+ …«»“”„‘’‹›。，、）】》',
      '\u00a0',
      '\u2009',
      '\u202f',
      '\u3000',
      '\t',
      '\n',
      '\r',
    ],
    ...['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u200e', '\u202a', '\u2066', '\u2800', '\u3164'],
  );
  const some = (most: number) => fc.array(junk, { maxLength: most }).map((characters) => characters.join(''));
  const token = fc
    .record({
      keyId: fc.stringMatching(/^k[\w-]{0,10}$/),
      id: fc.stringMatching(/^dn2[a-v0-9]{17}$/),
      mac: fc.stringMatching(/^[\w-]{43}$/),
    })
    .filter(({ keyId }) => !/token|dn2/i.test(keyId));
  /** Ways in which `#` and `=` come through. */
  const separator = fc.constantFrom(
    '#',
    '%23',
    '%2523',
    '%252523',
    '?',
    '/#',
    '%20#',
    '/',
    '?#',
    '/?',
    '&',
    '#/',
    '#!',
  );
  const sign = fc.constantFrom(
    '=',
    '%3D',
    '%3d',
    '%253D',
    '=3D',
    '=3d',
    '%3D3D',
    '==',
    ':',
    '',
    '-',
    '_',
    '-3D',
    '\\u003d',
  );
  const parameters = fc.constantFrom('', 'utm_source=mail&', 'fbclid=IwAR2F4-dbP0l7Mn1&', 'x=1&amp;', 'mc_cid=a.b.c&');
  const end = fc.constantFrom(
    '',
    '&utm_source=mail',
    '?fbclid=IwAR2F4-dbP0l7',
    '#top',
    '%20',
    '.',
    '...',
    '/',
    '?',
    '&',
    '=',
    '-',
    '_',
  );

  /** Puts characters at places of a text. */
  const broken = (text: string, breaks: [number, string][]) =>
    breaks.reduce(
      (all, [at, put]) => `${all.slice(0, at % (all.length + 1))}${put}${all.slice(at % (all.length + 1))}`,
      text,
    );
  const breaks = fc.array(fc.tuple(fc.nat(66), some(3)), { maxLength: 4 });

  test('around and inside a token hides neither id nor token', () => {
    fc.assert(
      fc.property(token, separator, parameters, sign, some(4), breaks, some(4), end, fc.nat(2), (parts, ...damage) => {
        const [hash, before, equals, first, inside, last, rest, encodings] = damage;
        const whole = `${parts.keyId}.${parts.id}.${parts.mac}`;
        let after = `${before}token${equals}${first}${broken(whole, inside)}${last}${rest}`;
        for (let i = 0; i < encodings; i++) after = encodeURIComponent(after);
        expect(find(`/invite/accept/${parts.id}${hash}${after}`)).toEqual({ customerId: parts.id, token: whole });
      }),
      { numRuns: 3_000 },
    );
  });

  test('around an id without a token hides no id', () => {
    fc.assert(
      fc.property(token, some(4), some(4), separator, fc.string(), ({ id }, before, after, hash, rest) => {
        const link = `/invite/accept/${encodeURIComponent(before)}${id}${encodeURIComponent(after)}${hash}${rest}`;
        expect(find(link).customerId).toBe(id);
      }),
    );
  });

  const anyText = fc.array(fc.nat(0xffff), { maxLength: 200 }).map((units) => String.fromCharCode(...units));

  test('in any address finds only what has the form of an id or a token', () => {
    fc.assert(
      fc.property(anyText, fc.nat(LINK.length), (address, at) => {
        for (const each of [address, LINK.slice(0, at) + address, address + LINK.slice(at)]) {
          const { customerId = ID, token: found = TOKEN } = findInvitation(each);
          expect(customerId).toMatch(/^dn2[a-z0-9]{17}$/);
          expect(found).toMatch(/^[\w-]{1,20}\.dn2[a-z0-9]{17}\.[\w-]{43}$/);
        }
      }),
    );
  });
});
