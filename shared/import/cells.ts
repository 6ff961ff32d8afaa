/**
 * Reads the text of a CSV file, or of copied cells, into rows of cells. It is our own reader, because the libraries give up the rest of the
 * file if a quote is not closed; the tests compare it with one of them.
 */

/** A row: its number as a spreadsheet program shows it, and its cells as they are written. `isBroken`: a quote is wrong in it. */
export type CellRow = { number: number; cells: string[]; isBroken?: true };

/**
 * A line by which Excel is told the separator, perhaps below empty rows. A program that saved the file again may have added separators and
 * blanks to it.
 */
const SEPARATOR_LINE = /^((?:[\s,;]*[\r\n])?)"?sep=([^\w\r\n"])((?:\2|[",;\t ])*)(?:\r\n|\r|\n|$)/i;
const LINE_END = /\r\n|\r|\n|$/g;
const DELIMITERS = ['\t', ',', ';'];

/**
 * The rows of a text: RFC 4180, and what programs and people make of it. CRLF, LF and CR each end a row outside quotes. A quote inside
 * an unquoted cell is a character. If a quoted cell doesn't end, only the line that it begins in is a broken row.
 *
 * @param delimiter the separator of cells, one character
 */
export function* cellRows(text: string, delimiter: string): Generator<CellRow> {
  const cellEnd = new RegExp(`[\\${delimiter}\r\n]|$`, 'g');
  const blanks = delimiter === '\t' ? / */y : /[ \t]*/y;
  /** The starts of lines in which a cell ends that another line began. */
  const torn = new Set<number>();
  /** So many cells are in the first row with content. */
  let width: number | undefined;
  let at = 0;
  for (let number = 1; at < text.length; number++) {
    const start = at;
    const cells = torn.has(start) ? undefined : rowAt();
    if (cells) {
      if (hasContent({ cells })) width ??= cells.length;
      yield { number, cells };
    } else {
      at = startOf(LINE_END, start);
      yield { number, cells: cellsOfLine(start), isBroken: true };
    }
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
  }

  /** The cells of the row that begins at `at`, which moves to the row's end. Undefined if a quote is wrong. */
  function rowAt(): string[] | undefined {
    const start = at;
    const cells: string[] = [];
    for (; ; at += 1) {
      const quote = afterBlanks(at);
      const quoted = text[quote] === '"' ? quotedAt(quote) : undefined;
      if (quoted && 'cell' in quoted) {
        cells.push(quoted.cell);
        at = quoted.end;
      } else if (quoted && quote === at) {
        tear(start, quoted.wrongQuote);
        return undefined;
      } else {
        const end = startOf(cellEnd, at);
        cells.push(text.slice(at, end));
        at = end;
      }
      if (text[at] !== delimiter) return cells;
    }
  }

  /** The cell of a quote, and its end with the blanks after it; or the quote in it that is neither its end nor doubled. */
  function quotedAt(open: number): { cell: string; end: number } | { wrongQuote: number } {
    let cell = '';
    for (let from = open + 1; ; ) {
      const quote = text.indexOf('"', from);
      if (quote < 0) return { wrongQuote: open };
      cell += text.slice(from, quote);
      if (text[quote + 1] !== '"') {
        const end = afterBlanks(quote + 1);
        return startOf(cellEnd, end) === end ? { cell, end } : { wrongQuote: quote };
      }
      cell += '"';
      from = quote + 2;
    }
  }

  /**
   * Marks the line of a wrong quote, if the quote ends a cell that an earlier line began: the line is no row of its own. If the earlier line
   * has all cells, the quote is not its end (`5" pipes`).
   */
  function tear(start: number, wrongQuote: number): void {
    // Of this row only: the text before the row would be searched again for each row.
    const between = text.slice(start, wrongQuote);
    const lineStart = start + Math.max(between.lastIndexOf('\n'), between.lastIndexOf('\r')) + 1;
    const before = between.at(-1) ?? '';
    const isInLine = lineStart > start && wrongQuote > lineStart && !/\s/.test(before) && before !== delimiter;
    if (isInLine && (width === undefined || cellsOfLine(start).length < width)) torn.add(lineStart);
  }

  /** The cells of a line, whatever quotes are in them. */
  function cellsOfLine(start: number): string[] {
    return text.slice(start, startOf(LINE_END, start)).split(delimiter);
  }

  function startOf(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.exec(text)?.index ?? text.length;
  }

  function afterBlanks(from: number): number {
    blanks.lastIndex = from;
    return from + (blanks.exec(text)?.[0].length ?? 0);
  }
}

/**
 * The rows of a text, and the separator of its cells: as its first line says (`sep=;`), or the one that splits the first row with content
 * into the most names of columns, and then into the most cells. Excel writes semicolons where the decimal sign is a comma.
 */
export function cellsOf(text: string, isName: (cell: string) => boolean): { rows: CellRow[]; delimiter: string } {
  const [line, above = '', said = '', after = ''] = SEPARATOR_LINE.exec(text) ?? [''];
  // Excel doesn't count its line. Below an empty row, the line is a row like others.
  const rest = above + above.slice(-1) + text.slice(line.length);
  // Another separator after the one that is said: the file was saved again with that one.
  const isSaid = said !== '' && after.replace(/[" ]/g, '').replaceAll(said, '') === '';
  const delimiter = isSaid ? said : delimiterOf(rest, isName);
  return { rows: [...cellRows(rest, delimiter)], delimiter };
}

function delimiterOf(text: string, isName: (cell: string) => boolean): string {
  const scored = DELIMITERS.map((delimiter) => {
    const { cells = [] } = firstRow(text, delimiter) ?? {};
    // Another separator leaves quotes in the cells.
    const whole = cells.filter((cell) => !cell.includes('"'));
    return { delimiter, names: cells.filter(isName).length, cells: whole.length };
  });
  return scored.reduce((best, each) =>
    each.names > best.names || (each.names === best.names && each.cells > best.cells) ? each : best,
  ).delimiter;
}

function firstRow(text: string, delimiter: string): CellRow | undefined {
  for (const row of cellRows(text, delimiter)) if (hasContent(row)) return row;
  return undefined;
}

/** Whether anything is in a row. Separators alone are nothing: above the header, they can be others than below it. */
export const hasContent = ({ cells }: Pick<CellRow, 'cells'>): boolean => cells.some((cell) => /[^\s,;]/.test(cell));

/** A cell in quotes, with quotes inside it doubled. */
const QUOTED = /^\s*"((?:[^"]|"")*)"\s*$/;

/** Whether a cell of a broken row has a quote that is not closed, or text after its closing quote. */
export const hasWrongQuote = (cell: string): boolean =>
  !QUOTED.test(cell) && (cell.startsWith('"') || cell.split('"').length % 2 === 0);

/**
 * A broken row whose cells a person corrected. It stays broken while a cell has a wrong quote; after that, its cells are without the
 * quotes around them, as in other rows.
 */
export function mendedRow(number: number, cells: string[]): CellRow {
  if (cells.some(hasWrongQuote)) return { number, cells, isBroken: true };
  return { number, cells: cells.map((cell) => QUOTED.exec(cell)?.[1]?.replaceAll('""', '"') ?? cell) };
}
