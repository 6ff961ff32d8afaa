import { domainToASCII as nodes } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { domainToASCII } from './domainToASCII.ts';

/** The characters that `shared/contract/fields.ts` passes to it: letters, digits, dots, hyphens, underscores, and all non-ASCII. */
const domainLike = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'aZ09.-_'),
    fc.constantFrom(...'éßпÖ例ñ。İ'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
});

test('a domain in its ASCII form is the same in a browser as on the server', () => {
  for (const domain of ['Пример.рф', 'EXAMPLE.com', 'faß.de', 'a..b', '日本。jp', '1.2.3.4', '0x7f.1', 'xn--', '']) {
    expect(domainToASCII(domain), domain).toBe(nodes(domain));
  }
  fc.assert(
    fc.property(
      domainLike.filter((domain) => !/[^\w.\u0080-\u{10ffff}-]/u.test(domain)),
      (domain) => {
        expect(domainToASCII(domain)).toBe(nodes(domain));
      },
    ),
  );
});
