import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COLUMNS,
  type Column,
  columnsMissing,
  columnsOf,
  columnsTwice,
  headerKey,
  isColumnName,
  registrationOf,
  textIn,
} from './columns.ts';

const found = (header: string[], choices: [string, Column | ''][] = []) =>
  columnsOf(header, new Map(choices.map(([name, column]) => [headerKey(name), column]))).map(({ column }) => column);

/** Names that people use, with the column that they mean. */
const NAMES: [Column, string[]][] = [
  [
    'name',
    [
      'name',
      'Customer name',
      'Company',
      'Client',
      'Название',
      'Наименование',
      'Компания',
      'Tên khách hàng',
      'Tên công ty',
    ],
  ],
  [
    'email',
    ['email', 'E-mail', 'E-mail Address', 'Mail', 'Эл. почта', 'Электронная почта', 'Thư điện tử', 'Địa chỉ email'],
  ],
  ['friendlyName', ['friendlyName', 'Friendly name', 'Понятное имя', 'Tên thường gọi']],
  ['contact', ['contact', 'Contact person', 'Контактное лицо', 'Ф. И. О.', 'ФИО', 'Người liên hệ', 'Họ và tên']],
  [
    'phone',
    ['phone', 'phone_number', 'Business Phone', 'Mobile', 'Тел.', 'Телефон', 'Номер телефона', 'Số điện thoại', 'SĐT'],
  ],
  ['longname', ['longname', 'Full legal name', 'Полное наименование', 'Юридическое название', 'Tên pháp lý đầy đủ']],
  ['tin', ['tin', 'Tax ID', 'Taxpayer number', 'VAT number', 'ИНН', 'Mã số thuế', 'MST', 'Ma so thue']],
  ['postCode', ['postCode', 'ZIP', 'Postal code', 'Zip/Postal Code', 'Индекс', 'Почтовый индекс', 'Mã bưu chính']],
  ['postAddress', ['postAddress', 'Address', 'Mailing address', 'Адрес', 'Почтовый адрес', 'Địa chỉ']],
  ['legalAddress', ['legalAddress', 'Registered address', 'Юр. адрес', 'Юридический адрес', 'Địa chỉ đăng ký']],
  ['language', ['language', 'Язык', 'Ngôn ngữ']],
  ['role', ['role', 'Роль', 'Vai trò']],
  ['adminEmails', ['adminEmails', 'Administrators', 'Администраторы', 'Quản trị viên']],
  ['idempotencyKey', ['idempotencyKey', 'Idempotency key', 'Ключ идемпотентности']],
];

/** Names that programs for customers, mails and accounts give (Outlook, Google, Salesforce, Bitrix24, amoCRM, 1C, MISA), and short ones. */
const OTHER_NAMES: [Column, string[]][] = [
  [
    'name',
    ['Trading name', 'Organization 1 - Name', 'Company / Account', 'Наим. организации', 'Tên KH', 'Tên giao dịch'],
  ],
  [
    'email',
    ['\u0415-mail', 'E-mail 1 - Value', 'Email 1', 'Email_1', 'Primary email', 'Customer email address', 'Email/Почта'],
  ],
  ['email', ['Имэйл', 'эл.адрес', 'Эл. почта контрагента', 'Рабочий e-mail', 'Hộp thư', 'Email KH', 'Email cơ quan']],
  [
    'phone',
    ['Phone 1 - Value', 'Primary phone', 'Tel. no.', 'Моб. телефон', 'Контактный тел.', '№ телефона', 'Раб. тел.'],
  ],
  ['phone', ['Телефон/факс', 'Телефон организации', 'ĐT di động', 'SĐT KH', 'Điện thoại khách hàng']],
  [
    'contact',
    ['Конт. лицо', 'Основное контактное лицо', 'Primary contact', 'Полное имя контакта', 'Đại diện theo pháp luật'],
  ],
  ['longname', ['Полн. наименование', 'Наименование полное']],
  ['tin', ['ИНН/КПП', 'Реквизит: ИНН', 'Tax no.', 'MST/CCCD', 'Mã số thuế KH']],
  ['postCode', ['Address 1 - Postal Code', 'Business Postal Code', 'Billing Zip/Postal Code', 'Почт. индекс']],
  ['postAddress', ['Billing Address', 'Факт. адрес', 'Адрес клиента', 'Đ/c', 'Địa chỉ KH']],
  ['legalAddress', ['Юр. адрес', 'Юрид. адрес']],
];
/** Names of other things. */
const UNKNOWN = [
  ...[
    'Customer ID',
    'Account owner',
    'Company number',
    'Contact role',
    'E-mail 1 - Type',
    'Phone/Email',
    'Email 2',
    'Other email',
  ],
  ...[
    'Тип клиента',
    'КПП',
    'Менеджер',
    'Mã khách hàng',
    'Nhóm KH',
    'Value',
    '1',
    'of',
    'к.',
    'C.',
    'Client 1',
    'Компания 2',
  ],
];

describe('a column', () => {
  test.each(OTHER_NAMES)('%s is also found by the names %j', (column, names) => {
    expect(names.map((name) => found([name])[0])).toEqual(names.map(() => column));
    for (const name of names) expect(isColumnName(name)).toBe(true);
  });

  test.each(UNKNOWN)('has not the name %j', (name) => {
    expect(found([name])).toEqual([undefined]);
    expect(isColumnName(name)).toBe(false);
  });

  test('is found by its own name before another name that can mean it', () => {
    expect(found(['Primary email', 'Email'])).toEqual([undefined, 'email']);
    expect(found(['Email 1', 'Email 2'])).toEqual(['email', undefined]);
  });

  test('is found with any of its letters in another alphabet, if they look alike', () => {
    const pairs = [...'\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u043a\u043c\u0442'].map((cyrillic, index) => [
      cyrillic,
      [...'aeopcxykmt'][index] ?? '',
    ]);
    const name = fc.constantFrom('email', 'Company name', 'почта', 'Телефон', 'Mobile phone', 'адрес');
    fc.assert(
      fc.property(name, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (each, turned) => {
        const mixed = [...each].map((letter, index) => {
          const pair = pairs.find((one) => one.includes(letter));
          return turned[index] && pair ? pair.find((other) => other !== letter) : letter;
        });
        expect(found([mixed.join('')])).toEqual(found([each]));
      }),
    );
  });

  test.each(NAMES)('%s is found by the names %j', (column, names) => {
    expect(names.map((name) => found([name])[0])).toEqual(names.map(() => column));
    for (const name of names) expect(isColumnName(name)).toBe(true);
  });

  test('is found whatever the case and accents, with blanks, hyphens, stars and brackets', () => {
    const noise = fc.constantFrom('', ' ', '\u00a0', '-', '\u2011', '_', '*', ' *', '\u200b', '\ufeff', '.', ':', '  ');
    const changed = fc.constantFrom(
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => name.normalize('NFD'),
      (name: string) => `${name} (required)`,
      (name: string) => `${name} [*]`,
      (name: string) => `[${name}]`,
      (name: string) => `"${name}"`,
    );
    const name = fc.constantFrom(...NAMES.flatMap(([column, names]) => names.map((each) => [column, each] as const)));
    fc.assert(
      fc.property(name, changed, noise, noise, ([column, each], change, before, after) => {
        expect(found([before + change(each) + after])).toEqual([column]);
      }),
    );
  });

  test('that nobody knows, or whose place is taken, has no place', () => {
    expect(found(['customer_id', 'name', 'location', 'email', 'phone_number', '#', ''])).toEqual([
      undefined,
      'name',
      undefined,
      'email',
      'phone',
      undefined,
      undefined,
    ]);
    expect(found(['Phone', 'Mobile'])).toEqual(['phone', undefined]);
    expect(isColumnName('location')).toBe(false);
    expect(isColumnName('')).toBe(false);
  });

  test('with a part of a person’s name is the contact, unless another column has the whole contact', () => {
    expect(found(['First Name', 'Last Name', 'Company'])).toEqual(['contact', 'contact', 'name']);
    expect(found(['Имя', 'Отчество', 'Фамилия', 'Организация'])).toEqual(['contact', 'contact', 'contact', 'name']);
    expect(found(['Họ', 'Tên', 'Công ty'])).toEqual(['contact', 'contact', 'name']);
    expect(found(['Имя', 'ФИО'])).toEqual(['name', 'contact']);
    expect(found(['Name', 'First name', 'Last name'])).toEqual(['name', 'contact', 'contact']);
    expect(found(['First name', 'Contact'])).toEqual([undefined, 'contact']);
  });

  test('is what a person chooses, before what its name says', () => {
    expect(
      found(
        ['Kunde', 'Name', 'Ort', ''],
        [
          ['kunde', 'name'],
          ['Ort', ''],
          ['', 'phone'],
        ],
      ),
    ).toEqual(['name', undefined, '', 'phone']);
    expect(found(['First Name', 'Last Name'], [['First Name', 'name']])).toEqual(['name', 'contact']);
    expect(found(['Name', 'Email'], [['Firm', 'name']])).toEqual(['name', 'email']);
  });
});

test('two columns can be joined to a text or a list, but not to an address or a number', () => {
  const twice = (header: string[], choices?: [string, Column | ''][]) =>
    columnsTwice(columnsOf(header, new Map((choices ?? []).map(([name, column]) => [headerKey(name), column]))));
  expect(twice(['email', 'Email'])).toEqual(['email']);
  expect(twice(['name', 'name'])).toEqual(['name']);
  expect(
    twice(
      ['a', 'b'],
      [
        ['a', 'phone'],
        ['b', 'phone'],
      ],
    ),
  ).toEqual(['phone']);
  expect(
    twice(
      ['a', 'b', 'c', 'c'],
      [
        ['a', 'postAddress'],
        ['b', 'postAddress'],
        ['c', ''],
      ],
    ),
  ).toEqual([]);
});

test('a file lacks an address, or both a name and a friendly name', () => {
  const missing = (...header: string[]) => columnsMissing(columnsOf(header, new Map()));
  expect(missing('name', 'email')).toEqual([]);
  expect(missing('friendlyName', 'email')).toEqual([]);
  expect(missing('phone')).toEqual(['name', 'email']);
});

test.each(COLUMNS)('the text of the column %s can be read from a registration', (column) => {
  expect(textIn(registrationOf([[column, 'x@y.example']]), column)).toBe('x@y.example');
  expect(textIn({}, column)).toBeUndefined();
});

test('a taxpayer number has no КПП after it; other texts stay as they are', () => {
  const tin = (text: string) => registrationOf([['tin', text]]).person?.['tin'];
  expect(['7801234567/780101001', '7801234567 / 780101001', '7801234567\\780101001'].map(tin)).toEqual(
    Array(3).fill('7801234567'),
  );
  for (const other of ['7801234567', '0101234567-001', '7801234567/7801010', '123/780101001'])
    expect(tin(other)).toBe(other);
});

test('the addresses of several columns are one list', () => {
  expect(
    registrationOf([
      ['adminEmails', 'a@b.example'],
      ['adminEmails', '\u202ac@b.example\u202c; d@b.example'],
    ]),
  ).toEqual({ adminEmails: ['a@b.example', 'c@b.example', 'd@b.example'] });
});

test('a registration has each text in its field', () => {
  expect(
    registrationOf([
      ['name', 'Eva'],
      ['name', 'Corn'],
      ['email', 'a@b.example'],
      ['friendlyName', 'E'],
      ['role', 'Reseller'],
      ['language', 'vi'],
      ['adminEmails', 'x@y.example; z@y.example,'],
      ['contact', 'Eva'],
      ['postAddress', '1 Main St'],
      ['postAddress', 'Riga'],
      ['tin', '0078'],
      ['idempotencyKey', 'k'],
    ]),
  ).toEqual({
    name: 'Eva Corn',
    email: 'a@b.example',
    friendlyName: 'E',
    role: 'Reseller',
    language: 'vi',
    adminEmails: ['x@y.example', 'z@y.example'],
    person: { name: 'Eva', postAddress: '1 Main St, Riga', tin: '0078' },
    idempotencyKey: 'k',
  });
});
