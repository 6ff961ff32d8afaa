/**
 * Finds customer id and token of an invitation in the address of the page. Mail programs, gateways and chats damage links: they encode the
 * fragment, move it into path or query, break it, and add characters. Id and token have fixed forms (`shared/invitation/linkToken.ts`), so
 * they are found wherever they stand. The server checks the token that was found, so a wrong find opens nothing.
 */

/** Characters that don't belong to id, key id or MAC. So many in a row don't separate the parts of a token. */
const JUNK = String.raw`[^\w-]{0,12}`;
/** The same inside a MAC, but not across the begin of a parameter: the characters of `&utm_source=` don't complete a token that was cut off. */
const JUNK_IN_MAC = String.raw`(?:(?!(?:[?#]|&(?:amp;)?)[\w.-]+=)[^\w-]){0,12}`;
/** A mail's transport encodes a dot at the begin of a line. */
const DOT = String.raw`(?:\.|=2E)`;

/** Id and MAC of a token (its key id is before them), first as they were sent, then with other characters between their own. */
const WHOLE = /\.(dn2[a-z0-9]{17})\.([\w-]{43})/;
const BROKEN = new RegExp(
  String.raw`${DOT}${JUNK}(d${JUNK}n${JUNK}2(?:${JUNK}[a-z0-9]){17})${JUNK}${DOT}((?:${JUNK_IN_MAC}[\w-]){43})`,
);
/** An id without a token, first as it was sent. The second form doesn't read on into another part of the address. */
const IDS = [/dn2[a-z0-9]{17}/, /dn2[a-z0-9]{17}/i, /d[^\w/?#&=]*n[^\w/?#&=]*2(?:[^\w/?#&=]*[a-z0-9]){17}/i];

/** So many characters before the id contain the key id (at most 20 characters) and the word `token`. */
const BEFORE_ID = 80;
/** `=` as quoted-printable mails, URLs without their `%`, scripts and spreadsheets write it: `3D`, `253D`, `\u003D`, `_x003D_`. */
const EQUALS_SIGNS = /^[^a-z0-9]*(?:(?:25|u00|x00|x)?3d[^a-z0-9]*)*/i;
/** The longest address that is read: an address has a few hundred characters, also with the parameters of a gateway. */
const LONGEST = 20_000;
/** A gateway may encode a link that another one has encoded. */
const MOST_DECODINGS = 5;

/**
 * @param {string} address path, query and fragment
 * @returns {{ customerId?: string, token?: string }} the parts that were found
 */
export function findInvitation(address) {
  const text = decoded(address.slice(0, LONGEST));
  const found = tokenIn(text) ?? tokenIn(withHyphens(text));
  if (found) return found;
  const [id] = IDS.map((form) => form.exec(text)?.[0]).filter(Boolean);
  return id === undefined ? {} : { customerId: pure(id).toLowerCase() };
}

/** @param {string} text */
function tokenIn(text) {
  for (const form of [WHOLE, BROKEN]) {
    const found = form.exec(text);
    if (!found) continue;
    const [, id = '', mac = ''] = found;
    const keyId = keyIdIn(text.slice(Math.max(0, found.index - BEFORE_ID), found.index));
    if (keyId) return { customerId: pure(id), token: `${keyId}.${pure(id)}.${pure(mac)}` };
  }
  return undefined;
}

/**
 * @param {string} before the text before the id
 * @returns {string | undefined} the key id at its end
 */
function keyIdIn(before) {
  const begin = before.toLowerCase().lastIndexOf('token');
  const named = begin < 0 ? '' : before.slice(begin + 'token'.length).replace(EQUALS_SIGNS, '');
  // Another parameter may stand between the word and the key id.
  const part =
    /[=&#?]/.test(named) || named === '' ? (/[\w-]*$/.exec(before.replace(/[^\w-]+$/, ''))?.[0] ?? '') : named;
  // The link's id may be stuck to the key id, and so may marks such as `_` around an address.
  const keyId = pure(part)
    .replace(/^.*dn2[a-z0-9]{17}/, '')
    .replace(/^[_-]+/, '');
  return /^[\w-]{1,20}$/.test(keyId) ? keyId : undefined;
}

/** Some chats write a dash for each two hyphens, and other hyphens for one. @param {string} text */
const withHyphens = (text) => text.replace(/[\u2014\u2015]/g, '--').replace(/[\p{Pd}\u2212]/gu, '-');

/** @param {string} text @returns the text without the characters that were put between its own */
const pure = (text) => text.replace(/[^\w-]/g, '');

/**
 * Decodes percent-encoding and HTML's character references until nothing is left to decode. What can't be decoded stays.
 *
 * @param {string} text
 */
function decoded(text) {
  let found = text;
  for (let again = 0; again < MOST_DECODINGS; again++) {
    const before = found;
    found = before
      .replace(/(?:%[0-9a-f]{2})+/gi, decodedBytes)
      .replace(/&#(?:x([0-9a-f]{1,5})|([0-9]{1,6}));/gi, (_, hex, digits) =>
        String.fromCodePoint(Number.parseInt(hex ?? digits, hex ? 16 : 10)),
      )
      // Tags and named references that a program puts where a line may break.
      .replace(/<\/?\w{1,4} ?\/?>|&(?:nbsp|shy|zwnj|zwj|ZeroWidthSpace|lt|gt|quot);/gi, ' ');
    if (found === before) break;
  }
  return found;
}

/** @param {string} bytes such as `%D0%9F`; in text that is no UTF-8, only ASCII can be read */
function decodedBytes(bytes) {
  try {
    return decodeURIComponent(bytes);
  } catch {
    return bytes.replace(/%(..)/g, (_, hex) => (hex < '8' ? String.fromCharCode(Number.parseInt(hex, 16)) : '\ufffd'));
  }
}
