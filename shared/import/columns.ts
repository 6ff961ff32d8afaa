/** The columns of a spreadsheet: the names that people give them, and the fields of a registration that their cells fill. */
import { withoutBlankEnds } from '../contract/fields.ts';
import { fold } from '../table/fold.ts';

/** The columns by the names of the documentation. */
export const COLUMNS = [
  'name',
  'email',
  'friendlyName',
  'contact',
  'phone',
  'longname',
  'tin',
  'postCode',
  'postAddress',
  'legalAddress',
  'language',
  'role',
  'adminEmails',
  'idempotencyKey',
] as const;
export type Column = (typeof COLUMNS)[number];

/** The names of columns in English, Russian and Vietnamese. Case, accents, blanks, hyphens and what is in brackets don't matter. */
const NAMES: Record<Column, string[]> = {
  name: [
    'name, customer, customer name, name of customer, client, client name, company, company name, organization, organization name',
    'organisation, organisation name, business name, account name, firm, firm name, trading name, trade name, company account, organization 1 name',
    'имя, название, наименование, клиент, имя клиента, название клиента, наименование клиента, компания, название компании',
    'наименование компании, организация, название организации, наименование организации, контрагент, наименование контрагента',
    'фирма, название фирмы, заказчик, имя заказчика, наименование заказчика, краткое наименование, рабочее наименование',
    'наименование в программе, сокращенное наименование, сокращенное наименование организации, торговое название',
    'tên, tên khách hàng, khách hàng, công ty, tên công ty, doanh nghiệp, tên doanh nghiệp, tổ chức, tên tổ chức, đơn vị, tên đơn vị',
    'tên giao dịch, tên thương mại',
  ],
  email: [
    'email, mail, email address, mail address, contact email, email contact, customer email, client email, company email',
    'business email, work email, email of customer, email value, mailbox',
    'почта, эл почта, электронная почта, адрес электронной почты, адрес эл почты, адрес почты, электронный адрес, имейл, емейл',
    'имэйл, емэйл, эмейл, мейл, мэйл, эл адрес, электронный почтовый адрес, почтовый ящик, электронный ящик, почта клиента, эл почта клиента, электронная почта клиента, email клиента, email адрес, адрес email, контактный email',
    'thư điện tử, địa chỉ email, địa chỉ thư điện tử, email khách hàng, email của khách hàng, email công ty, email liên hệ, hòm thư',
    'hộp thư, hộp thư điện tử, địa chỉ mail, thư điện tử liên hệ',
  ],
  friendlyName: [
    'friendly name, common name, display name, short name, nickname, alias',
    'понятное имя, краткое название, привычное название, отображаемое имя, отображаемое название, короткое имя, короткое название, псевдоним',
    'tên thường gọi, tên hiển thị, tên gọi, tên ngắn, tên viết tắt, biệt danh',
  ],
  contact: [
    'primary contact, main contact, file as, contact, contact person, contact name, name of contact, contact full name, person, representative, full name',
    'контакт, контактное лицо, имя контактного лица, контактное имя, фио, фио контактного лица, фио контакта',
    'полное имя, полное имя контакта, имя контакта, основной контакт, основное контактное лицо, имя и фамилия, фамилия и имя, фамилия имя, фамилия имя отчество, представитель, ответственное лицо',
    'liên hệ, người liên hệ, tên người liên hệ, tên liên hệ, họ tên, họ và tên, họ tên người liên hệ, họ và tên người liên hệ',
    'người đại diện, tên người đại diện, đại diện, đại diện theo pháp luật, người đại diện pháp luật',
  ],
  phone: [
    'phone, phone number, phone no, telephone, telephone number, telephone no, tel, tel no, mobile, mobile phone, mobile number, cell, cell phone',
    'business phone, work phone, company phone, contact phone, contact number, contact phone number, customer phone',
    'телефон, тел, номер телефона, телефонный номер, мобильный, мобильный телефон, сотовый, сотовый телефон, рабочий телефон',
    '№ телефона, № тел, моб тел, моб номер, рабочий прямой телефон, телефон факс, тел факс, контактный номер, городской телефон',
    'телефон мобильный, телефон рабочий, телефон контактный, телефон сотовый, телефон городской',
    'контактный телефон, телефон клиента, телефон компании, телефон контактного лица',
    'điện thoại cố định, điện thoại bàn, điện thoại cơ quan, hotline',
    'điện thoại, số điện thoại, đt, sđt, số đt, di động, số di động, điện thoại di động, điện thoại liên hệ, số điện thoại liên hệ',
  ],
  longname: [
    'longname, legal name, full legal name, full company name, company full name, company legal name, official name, registered name',
    'наименование полное, полное юр наименование, полное название, полное наименование, полное юридическое название, полное юридическое наименование, юридическое название',
    'юридическое наименование, полное название организации, полное наименование организации, полное название компании',
    'полное наименование компании, юридическое лицо, юрлицо',
    'tên pháp lý, tên pháp lý đầy đủ, tên đầy đủ, tên đầy đủ của công ty, tên công ty đầy đủ, tên đăng ký',
  ],
  tin: [
    'tin, inn, itn, tax id, tax no, tax number, tax code, taxpayer number, taxpayer id, taxpayer identification number',
    'tax identification number, vat, vat id, vat no, vat number',
    'инн кпп, инн, инн клиента, инн компании, инн организации, инн контрагента, номер инн, налоговый номер',
    'mst cccd, mã số thuế cccd, mã số thuế, mst, mã thuế, mã số thuế công ty, mã số thuế doanh nghiệp, mã số doanh nghiệp',
  ],
  postCode: [
    'post code, postcode, postal code, postal index, zip, zip code, zip postal code, address postal code',
    'индекс, почтовый индекс, индекс почтовый',
    'mã bưu chính, mã bưu điện, mã zip',
  ],
  postAddress: [
    'post address, postal address, address, mailing address, correspondence address, business address, street address, company address',
    'billing address, address formatted, full address, contact address',
    'полный адрес, адрес для доставки почты, адрес, почтовый адрес, адрес почтовый, адрес для писем, адрес для корреспонденции, фактический адрес, адрес компании',
    'đ c, địa chỉ hóa đơn, địa chỉ, địa chỉ bưu chính, địa chỉ liên hệ, địa chỉ gửi thư, địa chỉ nhận thư, địa chỉ giao dịch, địa chỉ công ty',
  ],
  legalAddress: [
    'legal address, registered address, registered office, registered office address',
    'юридический адрес, юр адрес, адрес юридический, адрес регистрации, адрес места нахождения',
    'địa chỉ đăng ký, địa chỉ pháp lý, địa chỉ trụ sở, địa chỉ trụ sở chính, trụ sở, trụ sở chính, địa chỉ đăng ký kinh doanh',
  ],
  language: [
    'language, lang, preferred language, mail language, invitation language, language of the invitation, language of invitation',
    'язык, язык приглашения, язык писем, язык клиента, предпочитаемый язык',
    'ngôn ngữ, ngôn ngữ lời mời, ngôn ngữ của lời mời, ngôn ngữ thư, ngôn ngữ email',
  ],
  role: [
    'role, your role, our role, partner role, your role with this customer',
    'роль, ваша роль, наша роль, роль партнера, ваша роль для клиента',
    'vai trò, vai trò của bạn, vai trò đối tác, vai trò của đối tác, vai trò của bạn với khách hàng này',
  ],
  adminEmails: [
    'admin emails, admin email, admins, administrators, administrator emails, administrator email, emails of administrators',
    'администраторы, администратор, почта администраторов, адреса администраторов, email администраторов, email администратора',
    'quản trị viên, email quản trị viên, email của quản trị viên, email quản trị, người quản trị',
  ],
  idempotencyKey: ['idempotency key', 'ключ идемпотентности', 'khóa bất biến, khóa chống trùng lặp'],
};
/** Words that say which one of several values a column has, or that it is a value: `Primary email`, `E-mail 1 - Value`, `Раб. телефон`. */
const RANKS = [
  'primary, main, work, business, office, corporate, official, billing, mailing, value, 1, no 1',
  'основной, основная, основное, рабочий, рабочая, раб, служебный, служебная, корпоративный, корпоративная, главный, реквизит, реквизиты, значение',
  'chính, cơ, quan',
];
/** Words for the customer: `Customer email address`, `Адрес клиента`. */
const OWNERS = [
  'customer, customers, client, clients, company, account, organization, organisation, firm, of, the',
  'клиент, клиента, компания, компании, организация, организации, контрагент, контрагента, заказчика, фирмы',
  'của, khách, hàng, công, ty, doanh, nghiệp, tổ, chức',
];
/** Abbreviations of Vietnamese, which have no dots. */
const ABBREVIATIONS = [
  ['kh', 'khách hàng'],
  ['dn', 'doanh nghiệp'],
  ['cty', 'công ty'],
  ['đc', 'địa chỉ'],
  ['đt', 'điện thoại'],
  ['sđt', 'số điện thoại'],
  ['nlh', 'người liên hệ'],
];
/** The columns that such words can belong to. `Client 1` is rather a name than a column of names. */
const RANKED: readonly Column[] = ['email', 'phone', 'tin', 'postCode', 'postAddress', 'legalAddress'];
/** Cyrillic letters that look like Latin ones: people and programs mix them, as in `Е-mail`. */
const LOOK_ALIKES = new Map(
  'аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs'.split(' ').map(([cyrillic = '', latin = '']) => [cyrillic, latin]),
);

/** The parts of a person's name. Together they are the contact. */
const FAMILY_NAMES = ['last name, family name, surname, фамилия, họ'];
const MIDDLE_NAMES = ['middle name, отчество, tên đệm, chữ lót'];
const FIRST_NAMES = ['first name, given name, forename'];
/** Names of the customer that mean a person's first name if the file has family names, and no other first names. */
const NAME_OR_FIRST_NAME = ['name, имя, tên'];

/** The first columns of a file of rejected rows. Reading skips them, so that the corrected file can be imported as it is. */
export const REJECT_COLUMNS = ['row', 'reason'];

/** A column that several columns of the file may fill together, with what joins their cells. */
const JOINED: Partial<Record<Column, string>> = {
  name: ' ',
  contact: ' ',
  postAddress: ', ',
  legalAddress: ', ',
  adminEmails: ', ',
};

const namesIn = (lines: string[]) => lines.flatMap((line) => line.split(', '));
const keysOf = (lines: string[]) => namesIn(lines).map(headerKey);
const COLUMN_OF = new Map(COLUMNS.flatMap((column) => keysOf(NAMES[column]).map((key) => [key, column] as const)));
const FAMILY_NAME_KEYS = keysOf(FAMILY_NAMES);
const FIRST_NAME_KEYS = keysOf(FIRST_NAMES);
const PART_OF_NAME_KEYS = [...FAMILY_NAME_KEYS, ...FIRST_NAME_KEYS, ...keysOf(MIDDLE_NAMES)];
const NAME_OR_FIRST_NAME_KEYS = keysOf(NAME_OR_FIRST_NAME);
const RANK_KEYS = keysOf(RANKS);
const OWNER_KEYS = keysOf(OWNERS);
const LONG_FORMS = new Map(ABBREVIATIONS.map(([short = '', long = '']) => [headerKey(short), wordsOf(long)]));
/** The names with their words, by which an abbreviation with a dot is found. */
const NAMES_WITH_WORDS = COLUMNS.flatMap((column) =>
  namesIn(NAMES[column]).map((name) => ({ column, words: wordsOf(name) })),
);

/** The addresses of a list that is separated by commas, semicolons, spaces or lines. */
export const addressesIn = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map(withoutBlankEnds)
    .filter((address) => address !== '');

/** A row of a spreadsheet as a registration: the body of `createCustomer`, with the key by which a repeated row is recognised. */
export type Row = {
  name?: string;
  email?: string;
  friendlyName?: string;
  role?: string;
  language?: string;
  adminEmails?: string[];
  person?: Record<string, string>;
  idempotencyKey?: string;
};

/** Russian files often have the ИНН (10 digits, or 12 of a person) and the КПП (9 digits) in one cell. A customer has no field for the КПП. */
const INN_AND_KPP = /^(\d{10}|\d{12})\s*[/\\]\s*\d{9}$/;

/** The registration of a row. @param cells the texts of its cells, each with its column; several texts of a column are joined */
export function registrationOf(cells: readonly (readonly [Column, string])[]): Row {
  const texts = new Map<Column, string>();
  for (const [column, text] of cells) {
    const before = texts.get(column);
    texts.set(column, before === undefined ? text : `${before}${JOINED[column]}${text}`);
  }
  const row: Row = {};
  for (const [column, text] of texts) {
    switch (column) {
      case 'name':
      case 'email':
      case 'friendlyName':
      case 'role':
      case 'language':
      case 'idempotencyKey':
        row[column] = text;
        break;
      case 'adminEmails':
        row.adminEmails = addressesIn(text);
        break;
      case 'tin':
        row.person = { ...row.person, tin: text.replace(INN_AND_KPP, '$1') };
        break;
      default:
        row.person = { ...row.person, [column === 'contact' ? 'name' : column]: text };
    }
  }
  return row;
}

/** The text of a column in a registration: the opposite of `registrationOf`. */
export function textIn(row: Row, column: Column): string | undefined {
  switch (column) {
    case 'name':
    case 'email':
    case 'friendlyName':
    case 'role':
    case 'language':
    case 'idempotencyKey':
      return row[column];
    case 'adminEmails':
      return row.adminEmails?.join(', ');
    default:
      return row.person?.[column === 'contact' ? 'name' : column];
  }
}

/** The form in which names of columns are compared: `* E-mail (work)` → `email`. Empty for a column without a name. */
export function headerKey(name: string): string {
  const folded = plain(name);
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
  // `[email]` is in brackets as a whole. A name such as `#` has no letters.
  return letters(withoutBrackets(folded)) || letters(folded) || folded.trim();
}

/** A name as a search folds it, with one form for letters that look alike. */
function plain(name: string): string {
  return fold(name).replace(/\p{Script=Cyrillic}/gu, (letter) => LOOK_ALIKES.get(letter) ?? letter);
}

/** The limit keeps a row of opening brackets from being read again from each bracket. */
function withoutBrackets(text: string): string {
  return text.replace(/\(.{0,200}?\)|\[.{0,200}?\]|\{.{0,200}?\}/g, ' ');
}

/** The words of a name, without accents and brackets. A word that may be an abbreviation keeps its dot. */
function wordsOf(name: string): string[] {
  return withoutBrackets(plain(name)).match(/\p{L}+\.?|\p{N}+/gu) ?? [];
}

/** The column that a name means as a whole, by its words: without those that say which value it is or whose, and with abbreviations. */
function columnMeantBy(name: string): Column | undefined {
  const parts = name.split(/[/|\r\n]/).filter((part) => headerKey(part) !== '');
  if (parts.length > 1) {
    const columns = new Set(parts.map((part) => COLUMN_OF.get(headerKey(part)) ?? columnMeantBy(part)));
    // A name in two languages. `Phone/Email` is none.
    const [column] = columns;
    if (columns.size === 1) return column;
  }
  const words = wordsOf(name).flatMap((word) => LONG_FORMS.get(headerKey(word)) ?? word);
  const without = (left: readonly string[], keys: readonly string[]) =>
    left.filter((word) => !keys.includes(headerKey(word)));
  const unranked = without(words, RANK_KEYS);
  const columnOf = (left: readonly string[]) => COLUMN_OF.get(headerKey(left.join(' '))) ?? columnAbbreviated(left);
  const ranked = [unranked, without(unranked, OWNER_KEYS)].map(columnOf);
  return columnOf(words) ?? ranked.find((column) => column && RANKED.includes(column));
}

/** The column whose name begins with each of the words that have a dot: `Моб. телефон`. Undefined if several columns have such names. */
function columnAbbreviated(words: readonly string[]): Column | undefined {
  if (!words.some((word) => /^..+\.$/.test(word))) return undefined;
  const isMeant = (known: string, index: number) => {
    const word = words[index] ?? '';
    return word.endsWith('.') && word.length > 2
      ? known.startsWith(word.slice(0, -1))
      : known === word.replace('.', '');
  };
  const found = NAMES_WITH_WORDS.filter(({ words: known }) => known.length === words.length && known.every(isMeant));
  const columns = new Set(found.map(({ column }) => column));
  const [column] = columns;
  return columns.size === 1 ? column : undefined;
}

/** Whether a cell is a name that people give to a column. */
export function isColumnName(cell: string): boolean {
  const key = headerKey(cell);
  return COLUMN_OF.has(key) || PART_OF_NAME_KEYS.includes(key) || columnMeantBy(cell) !== undefined;
}

/** The choices of a person, by the column's name (`headerKey`): the column that it is, or `''` to leave it out. */
export type Choices = ReadonlyMap<string, Column | ''>;

/** A column of a file: its name, and the column that it is. `''`: left out by choice. Undefined: nobody knows. */
export type FileColumn = { name: string; key: string; column: Column | '' | undefined };

/** The columns of a file, by the names in its header. A choice goes before the names; a column that is there already isn't found again. */
export function columnsOf(header: readonly string[], choices: Choices): FileColumn[] {
  const keys = header.map(headerKey);
  const found = new Set(keys.map((key) => choices.get(key)));
  const parts = partsOfContact(keys);
  const named = new Set(keys.map((key) => COLUMN_OF.get(key)));
  return header.map((cell, index) => {
    const key = keys[index] ?? '';
    const of = (column: Column | '' | undefined): FileColumn => ({ name: cell.trim(), key, column });
    if (choices.has(key)) return of(choices.get(key));
    if (parts.includes(key)) return of('contact');
    const meant = COLUMN_OF.has(key) ? undefined : columnMeantBy(cell);
    // A column's own name goes before others that can mean it.
    const column = meant && named.has(meant) ? undefined : (COLUMN_OF.get(key) ?? meant);
    // A name that stands twice is a mistake of the file, which the person is told.
    if (column === undefined || (found.has(column) && keys.indexOf(key) === index)) return of(undefined);
    found.add(column);
    return of(column);
  });
}

/** The names of columns that together are the contact: first names and family names, if no column has the contact as a whole. */
function partsOfContact(keys: readonly string[]): string[] {
  if (keys.some((key) => COLUMN_OF.get(key) === 'contact')) return [];
  const has = (some: readonly string[]) => keys.some((key) => some.includes(key));
  const isFirstName = has(FAMILY_NAME_KEYS) && !has(FIRST_NAME_KEYS) ? NAME_OR_FIRST_NAME_KEYS : [];
  return [...PART_OF_NAME_KEYS, ...isFirstName];
}

/** The columns that more than one column of the file fills, although they can't be joined. */
export function columnsTwice(columns: readonly FileColumn[]): Column[] {
  const seen = new Map<Column, string>();
  const twice = new Set<Column>();
  for (const { key, column } of columns) {
    if (!column) continue;
    const before = seen.get(column);
    if (before !== undefined && (before === key || JOINED[column] === undefined)) twice.add(column);
    seen.set(column, key);
  }
  return [...twice];
}

/** The columns that a file lacks, without which no row can be registered. A friendly name can stand for the name. */
export function columnsMissing(columns: readonly FileColumn[]): ('name' | 'email')[] {
  const has = (...wanted: Column[]) => columns.some(({ column }) => column && wanted.includes(column));
  return [...(has('name', 'friendlyName') ? [] : ['name' as const]), ...(has('email') ? [] : ['email' as const])];
}
