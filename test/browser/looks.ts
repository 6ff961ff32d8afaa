/** The looks of pages: a language, light or dark, a wide or a narrow screen. */
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { LONG } from '../size.ts';

const MODES = ['light', 'dark'] as const;
/** A desk, a phone, and the narrowest screen that pages have to support (WCAG 2.2, 1.4.10). */
const SIZES = [
  { width: 1280, height: 900 },
  { width: 375, height: 740 },
  { width: 320, height: 640 },
] as const;

export type Look = {
  language: (typeof LANGUAGES)[number];
  colorScheme: (typeof MODES)[number];
  viewport: (typeof SIZES)[number];
};

const ALL: Look[] = LANGUAGES.flatMap((language) =>
  MODES.flatMap((colorScheme) => SIZES.map((viewport) => ({ language, colorScheme, viewport }))),
);

/**
 * The looks in which a page's state is checked. The long form checks all. The short form checks one per language; these include each mode
 * and each size, and any six states in a row have all looks between them.
 *
 * @param index the state's place in its table
 */
export function looksOf(index: number, long = LONG): Look[] {
  if (long) return ALL;
  return LANGUAGES.flatMap((language, i) => {
    const [colorScheme, viewport] = [MODES[(index + i) % MODES.length], SIZES[(index + i) % SIZES.length]];
    return colorScheme && viewport ? { language, colorScheme, viewport } : [];
  });
}
