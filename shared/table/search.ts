/** The search for names and addresses by their beginnings, which are stored in the keys of indexes. */
import { domainToUnicode } from 'node:url';
import { fold, withoutAccents } from './fold.ts';

/** How many bytes of a name or address an index key holds: enough to search by, and short enough for a page token. */
export const MAX_SEARCH_KEY_BYTES = 36;

/**
 * The form of an address, or of its beginning, for searching: the domain is in Unicode, so that `info@при` finds
 * `info@xn--e1afmkfd.xn--p1ai`. A label that begins with `xn--` can only be found as a whole.
 */
export function searchedEmail(value: string): string {
  const at = value.lastIndexOf('@');
  const labels = value.slice(at + 1).split('.');
  // `domainToUnicode` returns an empty string for a label that is not valid.
  const readable = labels.map((label) => (/^xn--/i.test(label) && domainToUnicode(label)) || label);
  return value.slice(0, at + 1) + readable.join('.');
}

/** The beginning of a text as an index key: folded (`fold`), and at most `MAX_SEARCH_KEY_BYTES` long in UTF-8. */
export const searchKey = (value: string) => beginning(fold(value), MAX_SEARCH_KEY_BYTES);

/**
 * The key as the version before wrote it. Keys of customers that haven't changed since then have this form, and the keys by which lists of
 * people are sorted keep it.
 */
export const earlierKey = (value: string, maxBytes = MAX_SEARCH_KEY_BYTES) =>
  beginning(withoutAccents(value), maxBytes);

/** As many characters of a text as fit into a number of bytes in UTF-8. */
function beginning(text: string, maxBytes: number): string {
  let key = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    key += character;
  }
  return key;
}
