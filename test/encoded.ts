/** Writes text files for tests in the encodings that spreadsheet programs write. */

/** The bytes of a text in an encoding of one byte per character. Vietnamese is written as letter and mark, where there is no letter with both. */
export function encoded(text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  if (encoding.startsWith('utf-16')) {
    const bytes = Buffer.from(text, 'utf16le');
    return encoding === 'utf-16le' ? bytes : bytes.swap16();
  }
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) table.set(new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte);
  const bytesOf = (letter: string): number[] => {
    const whole = table.get(letter);
    if (whole !== undefined) return [whole];
    // The tone is the last mark; the other marks belong to the letter.
    const [base = '', ...marks] = letter.normalize('NFD');
    const tone = marks.findIndex((mark) => /[\u0300\u0301\u0303\u0309\u0323]/.test(mark));
    const [last = ''] = marks.splice(tone, 1);
    return [(base + marks.join('')).normalize('NFC'), last].map((each) => table.get(each) ?? Number.NaN);
  };
  const bytes = [...text].flatMap(bytesOf);
  if (bytes.includes(Number.NaN)) throw new Error(`${encoding} lacks a character of the text`);
  return Uint8Array.from(bytes);
}
