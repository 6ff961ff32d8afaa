/** The form of texts for comparing what people type with what is stored, on the server and on the pages. */
import { INVISIBLE } from '../contract/fields.ts';

/**
 * Characters that a search leaves out: accents, invisible characters, quotes, and what people type for an apostrophe: accents that stand
 * alone, primes, modifier letters, and the signs of Armenian, Hebrew and Mexican languages.
 */
const LEFT_OUT = /* @__PURE__ */ leftOut();
function leftOut(): RegExp {
  const apostrophes = '`´ʹ-ʿˈˊˋˮ՚׳״\\u1fbd\\u1fbf\\u1fef\\u1ffd\\u1ffe\\u2032-\\u2037\\u2057Ꞌꞌ\\uff40';
  return new RegExp(`[\\p{M}\\p{QMark}${INVISIBLE}${apostrophes}]`, 'gu');
}

/** The letters that compatibility decomposition leaves whole, with the letters that people type for them. */
const PLAIN = /* @__PURE__ */ plainLetters();
function plainLetters(): Map<string, string> {
  const groups =
    // As in ASCIIFoldingFilter of Apache Lucene.
    'aəǝⱥ bƀɓ cȼ dđðɖɗ eɇɛ fƒ gǥɠɣ hħ iıɨɩ jȷɉ kƙ lłƚɫ nŋɲ oøɔɵ qĸ rɍ tŧⱦ uʉʊ vʋ yƴɏ zƶ aeæ oeœ ssß thþ' +
    // Ukrainian and Kazakh letters on a Russian keyboard.
    ' аә гґғ кқ нң оө уұү хһ' +
    // Lower case makes this letter of a sigma at the end of a word. The end of a query need not be the end of a word.
    ' σς';
  const ofGroup = (group: string) => {
    const [plain = ''] = /^[a-z]+|^./.exec(group) ?? [];
    return [...group.slice(plain.length)].map((letter) => [letter, plain] as const);
  };
  return new Map(groups.split(' ').flatMap(ofGroup));
}

/**
 * The form of a text for searching: without quotes, apostrophes and invisible characters, on one line, in lower case, in plain letters
 * (`PLAIN`), and without accents.
 */
export function fold(value: string): string {
  // Some accents and quotes only appear when their character is decomposed, and others are white space and an accent afterwards.
  return withoutAccents(value.replace(LEFT_OUT, ''))
    .replace(LEFT_OUT, '')
    .replace(/[^\0-\x7f]/g, (letter) => PLAIN.get(letter) ?? letter)
    .trimStart();
}

/** A text on one line, in lower case, without accents. */
export function withoutAccents(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s/g, ' ').toLowerCase().replaceAll('đ', 'd');
}
