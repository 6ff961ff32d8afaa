/** The looks of pages: a language, light or dark, a wide or a narrow screen. */
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { LONG } from '../size.ts';

const MODES = ['light', 'dark'] as const;
/** A desk, a phone, and the narrowest screen that pages have to support (WCAG 2.2, 1.4.10). */
export const SIZES = [
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

/** Steps of this length through the looks change the language, mode and size from one state to the next, and reach all looks in the end. */
const STEP = 7;

/**
 * The looks in which a page's state is checked. The long form checks all, the short form checks one.
 *
 * @param index the state's place in its table
 */
export function looksOf(index: number, long = LONG): Look[] {
  return long ? ALL : ALL.filter((_, place) => place === (index * STEP) % ALL.length);
}
