/** How names and addresses are searched: the form in which their beginnings stand in index keys. */
import { domainToUnicode } from 'node:url';
import { fold } from '../contract/fields.ts';

/** How much of a name or an email address stands in an index key: enough to search by, short enough for a page token. */
export const MAX_SEARCH_KEY_BYTES = 36;

/**
 * An address, or the beginning of one, as it is searched: its domain in the script that people write it in, so that
 * `info@при` is a beginning of `info@xn--e1afmkfd.xn--p1ai`. A label that begins with `xn--` has to be whole: only then it has a meaning.
 */
export function searchedEmail(value: string): string {
  const at = value.lastIndexOf('@');
  const labels = value.slice(at + 1).split('.');
  // An empty string stands for what is no such label.
  const readable = labels.map((label) => (/^xn--/i.test(label) && domainToUnicode(label)) || label);
  return value.slice(0, at + 1) + readable.join('.');
}

/**
 * The beginning of a text as an index key: on one line, without case and accents (Latin, Cyrillic, Vietnamese), and no longer than
 * `maxBytes` of UTF-8, whatever the length of the text.
 */
export function searchKey(value: string, maxBytes = MAX_SEARCH_KEY_BYTES): string {
  let key = '';
  let bytes = 0;
  // A letter folds to a few bytes at the most: what is beyond this slice can't be inside the key.
  for (const character of fold(value.slice(0, 4 * maxBytes))) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    key += character;
  }
  return key;
}
