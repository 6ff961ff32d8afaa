/**
 * Finds customer id and token of an invitation in the address of the page. Mail programs, gateways and chats damage links: they encode the
 * fragment, move it into path or query, break it, and add characters. Id and token have fixed forms (`shared/invitation/linkToken.ts`), so
 * they are found wherever they stand. The server checks the token that was found, so a wrong find opens nothing.
 */

/** Characters that don't belong to id, key id or MAC. So many in a row don't separate the parts of a token. */
const JUNK = String.raw`[^\w-]{0,12}`;
/** The name of a parameter, perhaps after other characters: `#:~:text`. */
const NAME = String.raw`[^\w=-]{0,12}\w[\w.-]{0,40}`;
/** The same inside a MAC, but not across the begin of a parameter such as `&utm_source=`, which doesn't complete a token that was cut off. */
const JUNK_IN_MAC = String.raw`(?:(?![?#&]${NAME}=|[^\w\s?#&=-]${NAME}=\w)[^\w-]){0,12}`;
/** A mail's transport encodes a dot at the begin of a line; East Asian keyboards and programs have dots of their own. */
const DOT = String.raw`(?:[.\u3002\uff0e\uff61]|=2E)`;

/** A token as it was sent. Damage can put `3D`, `_` and `-` before a key id, so that no key id begins with them. */
const UNDAMAGED = /[#?&]token=((?!3[dD]|[_-])[\w-]{1,20})\.(dn2[a-z0-9]{17})\.([\w-]{43})(?![\w-])/;
/** Id and MAC of a token (its key id is before them), first as they were sent, then with other characters between their own. */
const WHOLE = /\.(dn2[a-z0-9]{17})\.([\w-]{43})/;
const BROKEN = String.raw`${DOT}${JUNK}(d${JUNK}n${JUNK}2(?:${JUNK}[a-z0-9]){17})${JUNK}${DOT}((?:${JUNK_IN_MAC}[\w-]){43})`;
const BROKEN_TO_ITS_END = new RegExp(String.raw`${BROKEN}(?![\w-])`);
const BROKEN_AT_ALL = new RegExp(BROKEN);
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
/** HTML's references to characters of a link. All others stand for characters that a program put into it. */
const REFERENCES = new Map(
  Object.entries({
    amp: '&',
    num: '#',
    equals: '=',
    period: '.',
    lowbar: '_',
    underbar: '_',
    hyphen: '-',
    dash: '-',
    ndash: '-',
    mdash: '\u2014',
    quest: '?',
    sol: '/',
    percnt: '%',
  }),
);

/**
 * @param {string} address path, query and fragment
 * @returns {{ customerId?: string, token?: string }} the parts that were found
 */
export function findInvitation(address) {
  const text = decoded(address.slice(0, LONGEST));
  const [, keyId, customerId, mac] = UNDAMAGED.exec(text) ?? [];
  if (customerId) return { customerId, token: `${keyId}.${customerId}.${mac}` };
  for (const reading of new Set([text, withHyphens(text)])) {
    const found = tokenIn(reading);
    if (found) return found;
  }
  const [id] = IDS.map((form) => form.exec(text)?.[0]).filter(Boolean);
  return id === undefined ? {} : { customerId: pure(id).toLowerCase() };
}

/** @param {string} text */
function tokenIn(text) {
  // Undecoded, the digits of quoted-printable are characters of the token, and its end is left over.
  const readings = new Set([text, fromQuotedPrintable(text)]);
  for (const form of [WHOLE, BROKEN_TO_ITS_END, BROKEN_AT_ALL])
    for (const reading of readings) {
      const found = form.exec(reading);
      if (!found) continue;
      const [, id = '', mac = ''] = found;
      const keyId = keyIdIn(reading.slice(Math.max(0, found.index - BEFORE_ID), found.index));
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

/** The characters of a token that a mail's transport has encoded, as in `=5F`; not the value of a parameter. @param {string} text */
const fromQuotedPrintable = (text) =>
  text.replace(/((?:[?#&;]|token)[\w-]{0,20})?=(2D|3\d|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9A])/gi, (all, name, hex) =>
    name ? all : String.fromCharCode(Number.parseInt(hex, 16)),
  );

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
      .replace(/%u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/&#(?:x([0-9a-f]{1,5})|([0-9]{1,6}));/gi, (_, hex, digits) =>
        String.fromCodePoint(Number.parseInt(hex ?? digits, hex ? 16 : 10)),
      )
      .replace(/&(?!token)([a-z]\w{1,31});/gi, (_, name) => REFERENCES.get(name.toLowerCase()) ?? ' ')
      .replace(/&amp(?!;|[\w.-]*=)/gi, '&')
      // Tags, and references without their semicolon.
      .replace(/<\/?[a-z]{1,12}[1-6]?(?:[\s/][^<>.]{0,200})?>|&(?:nbsp|shy|lt|gt|quot)(?![\w.-]*=)/gi, ' ')
      .replace(/&#(?:x(?:200[b-f]|2060|feff|a[0d])|820[3-7]|8288|65279|1(?:60|73))/gi, ' ')
      // The indent of a broken line.
      .replace(/\s{2,}/g, ' ');
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
