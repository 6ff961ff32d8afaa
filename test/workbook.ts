/** Makes XLSX workbooks for tests, without the library that reads them (ECMA-376, parts 1 and 2). */
import { crc32, deflateRawSync } from 'node:zlib';

/** A cell: a text, a number with its format, or an error. */
export type WorkbookCell = string | { number: number | string; format?: string } | { error: string };
export type WorkbookSheet = { name: string; rows: WorkbookCell[][]; isHidden?: boolean };

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** Ids of formats below this are Excel's own. */
const FIRST_FORMAT_ID = 164;

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\r/g, '&#13;');
const xml = (content: string) => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`;

/** The bytes of a workbook with these sheets. @param is1904 whether its days are counted from 1904, as by Excel on old Macs */
export function workbook(sheets: WorkbookSheet[], is1904 = false): Buffer {
  const formats: string[] = [];
  const styleOf = (format: string): number => {
    if (!formats.includes(format)) formats.push(format);
    return formats.indexOf(format) + 1;
  };
  const cell = (value: WorkbookCell): string => {
    if (typeof value === 'string') return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
    if ('error' in value) return `<c t="e"><v>${escaped(value.error)}</v></c>`;
    const style = value.format === undefined ? '' : ` s="${styleOf(value.format)}"`;
    return `<c${style}><v>${value.number}</v></c>`;
  };
  const sheetOf = ({ rows }: WorkbookSheet) =>
    `<worksheet xmlns="${MAIN}"><sheetData>${rows
      .map((cells, index) => `<row r="${index + 1}">${cells.map(cell).join('')}</row>`)
      .join('')}</sheetData></worksheet>`;
  const parts = sheets.map((sheet, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetOf(sheet)] as const);
  const styles = `<styleSheet xmlns="${MAIN}"><numFmts count="${formats.length}">${formats
    .map((format, index) => `<numFmt numFmtId="${FIRST_FORMAT_ID + index}" formatCode="${escaped(format)}"/>`)
    .join('')}</numFmts><cellXfs count="${formats.length + 1}"><xf numFmtId="0"/>${formats
    .map((_, index) => `<xf numFmtId="${FIRST_FORMAT_ID + index}" applyNumberFormat="1"/>`)
    .join('')}</cellXfs></styleSheet>`;
  const book = `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">${is1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${sheets
    .map(
      ({ name, isHidden }, index) =>
        `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="s${index + 1}"${isHidden ? ' state="hidden"' : ''}/>`,
    )
    .join('')}</sheets></workbook>`;
  const types = `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${parts
    .map(([path]) => `<Override PartName="/${path}" ContentType="${TYPE}.worksheet+xml"/>`)
    .join('')}</Types>`;
  const relationships = (all: [id: string, type: string, target: string][]) =>
    `<Relationships xmlns="${PACKAGE}/relationships">${all
      .map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`)
      .join('')}</Relationships>`;
  return zip([
    ['[Content_Types].xml', types],
    ['_rels/.rels', relationships([['b', 'officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', book],
    [
      'xl/_rels/workbook.xml.rels',
      relationships([
        ...sheets.map((_, index): [string, string, string] => [
          `s${index + 1}`,
          'worksheet',
          `worksheets/sheet${index + 1}.xml`,
        ]),
        ['styles', 'styles', 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', styles],
    ...parts,
  ]);
}

/** A ZIP archive of files, deflated (APPNOTE.TXT, 4.3). */
function zip(files: (readonly [name: string, content: string])[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const bytes = Buffer.from(xml(content));
    const deflated = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(deflated.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const file = [Buffer.from('PK\x03\x04'), fields, Buffer.from(name), deflated];
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, place, Buffer.from(name));
    local.push(...file);
    offset += Buffer.concat(file).length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}
