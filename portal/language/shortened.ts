/** The most characters of a text in a title or in a row of a list. */
const MAX_CHARACTERS = 80;
/** The most code units of one character that people see; longer combinations are cut. */
const MAX_UNITS = 16 * MAX_CHARACTERS;

/** The beginning of a text of any length, for a place with room for one to three lines. */
export function shortened(text: string): string {
  const characters = [...new Intl.Segmenter().segment(text.slice(0, MAX_UNITS))].map(({ segment }) => segment);
  const isWhole = characters.length <= MAX_CHARACTERS && text.length <= MAX_UNITS;
  return isWhole ? text : `${characters.slice(0, MAX_CHARACTERS).join('')}…`;
}
