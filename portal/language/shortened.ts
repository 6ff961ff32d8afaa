/** Longer than people read in a title or in a row of a list. */
const MAX_CHARACTERS = 80;
/** No character that people write is as long. */
const MAX_UNITS = 16 * MAX_CHARACTERS;

/** A text that people have given, of any length, for where there is room for a line or three: the beginning of a long one. */
export function shortened(text: string): string {
  const characters = [...new Intl.Segmenter().segment(text.slice(0, MAX_UNITS))].map(({ segment }) => segment);
  const isWhole = characters.length <= MAX_CHARACTERS && text.length <= MAX_UNITS;
  return isWhole ? text : `${characters.slice(0, MAX_CHARACTERS).join('')}…`;
}
