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

describe('a column', () => {
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
