/** The page that adds customers, in a real browser with the local stack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { LONG, sized } from '../size.ts';
import { caseFile, SPREADSHEET_CASES } from '../spreadsheetCases.ts';
import { testStack } from '../stack.ts';
import { workbook } from '../workbook.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, at } = portal.partner;
const { open } = portalBrowser(portal);

const name = (page: Page, index = 0) => page.getByLabel('Name', { exact: true }).nth(index);
const email = (page: Page, index = 0) => page.getByLabel('Email', { exact: true }).nth(index);
const add = (page: Page) => page.getByRole('button', { name: /^Add( \(\d+\))?$/ });
const focused = (page: Page) => page.evaluate('document.activeElement?.value');

async function registered(query: string): Promise<string[]> {
  const path = `/v1/customers?query=${encodeURIComponent(query)}&pageSize=1000`;
  const { body } = await portal.request<{ customers: { name: string }[] }>('GET', path, { as: OWNER });
  return body.customers.map((customer) => customer.name).sort();
}

describe('the form', () => {
  it('adds several customers at once; a double click adds nobody twice', async () => {
    const page = await open('/customers');
    await page
      .getByRole('link', { name: 'Add customer' })
      .or(page.getByRole('button', { name: 'Add customer' }))
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'New customers', exact: true }).waitFor();
    expect(await add(page).innerText()).toBe('Add');
    await name(page).fill('Form one');
    await email(page).fill(at('form.one'));
    await page.getByRole('button', { name: 'Add another' }).click();
    await name(page, 1).fill('Form two');
    await email(page, 1).fill(at('form.two'));
    await page.getByRole('button', { name: 'More about the customer' }).nth(1).click();
    await page.getByLabel('Taxpayer number').last().fill('7707083893');
    expect(await add(page).innerText()).toBe('Add (2)');
    await add(page).dblclick();
    await page.getByText('2 customers were added').waitFor();
    await page.getByRole('row').filter({ hasText: 'Form two' }).getByText('Verification required').waitFor();
    expect(await registered('form')).toEqual(['Form one', 'Form two']);
    for (const address of [at('form.one'), at('form.two')]) expect(await portal.mailsTo(address)).toHaveLength(1);
  });

  it('shows a fault beside its field, and moves the focus there', async () => {
    const page = await open('/customers/add');
    await add(page).click();
    await page.getByText('Enter a name').waitFor();
    expect(await page.getByText('Enter an email address').isVisible()).toBe(true);
    expect(await focused(page)).toBe('');
    await name(page).fill('Wrong');
    await email(page).fill(at('wrong@'));
    await page.keyboard.press('Enter');
    await page.getByText('This is not an email address that mail can be sent to').waitFor();
    expect(await focused(page)).toBe(at('wrong@'));
    await expectAccessible(page);
    // A folded field unfolds if it is wrong, and stays open while it is corrected.
    await email(page).fill(at('wrong'));
    const more = page.getByRole('button', { name: 'More about the customer' });
    await more.click();
    await page.getByLabel('Phone').fill('none!');
    await more.click();
    await add(page).click();
    await page.getByText('This is not a phone number').waitFor();
    expect(await focused(page)).toBe('none!');
    await page.keyboard.press('End');
    await page.keyboard.type(', it has');
    expect(await focused(page)).toBe('none!, it has');
    expect(await registered('wrong')).toEqual([]);
  });

  it('keeps refused customers, with the reason; the others are added, and corrected ones can follow', async () => {
    const taken = await portal.register({ name: 'Taken' });
    const page = await open('/customers/add');
    await name(page).fill('Kept good');
    await email(page).fill(at('kept.good'));
    await page.getByRole('button', { name: 'Add another' }).click();
    await name(page, 1).fill('Kept bad');
    await email(page, 1).fill(taken.email ?? '');
    await add(page).click();
    await page.getByText('A customer with this email address exists already').first().waitFor();
    await page.getByText('1 customer was added').waitFor();
    expect(await name(page).inputValue()).toBe('Kept bad');
    expect(await focused(page)).toBe(taken.email);
    expect(await registered('kept')).toEqual(['Kept good']);
    await email(page).fill(at('kept.bad'));
    await add(page).click();
    await page.getByRole('heading', { level: 1, name: 'Customers', exact: true }).waitFor();
    expect(await registered('kept')).toEqual(['Kept bad', 'Kept good']);
  });

  it('adds nobody twice if the answer is lost, and loses no typed text', async () => {
    const page = await open('/customers/add', { expected: /ERR_FAILED|Failed to load resource/ });
    await name(page).fill('Lost');
    await email(page).fill(at('lost'));
    await page.reload();
    expect(await name(page).inputValue()).toBe('Lost');
    let lost = 0;
    await page.route('**/v1/customers/batch', async (route) => {
      // The server adds the customer, but the answer is lost.
      if (lost++ === 0) await route.fetch();
      await (lost <= 1 ? route.abort() : route.continue());
    });
    await add(page).click();
    await page.getByText('1 customer was added').waitFor();
    expect(lost).toBeGreaterThan(1);
    expect(await registered('lost')).toEqual(['Lost']);
    expect(await portal.mailsTo(at('lost'))).toHaveLength(1);
  });

  it('takes rows copied from a spreadsheet, and tells several administrators from rows', async () => {
    const page = await open('/customers/add');
    /** Pastes a text. @returns whether the form left it to the field */
    const paste = (text: string) =>
      page.evaluate(`{
        const data = new DataTransfer();
        data.setData('text/plain', ${JSON.stringify(text)});
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      }`);
    await page.getByRole('button', { name: 'More about the customer' }).click();
    await page.getByLabel('Administrators').focus();
    expect(await paste(`${at('one')}\n${at('two')}`)).toBe(true);
    expect(await name(page).count()).toBe(1);
    await name(page).focus();
    expect(await paste(`Pasted one\t${at('pasted.one')}\nPasted two\t${at('pasted.two')}`)).toBe(false);
    await expect.poll(() => name(page, 1).inputValue()).toBe('Pasted two');
    expect(await email(page).inputValue()).toBe(at('pasted.one'));
    // A cell with a line break, an address with its name, and a column that the form doesn't know.
    await page.getByText('You can paste rows that were copied from a spreadsheet').waitFor();
    await name(page).focus();
    expect(await paste(`Company\tE-mail\tCity\n"Pasted\nthree"\t${at('pasted.three')}\tRiga`)).toBe(false);
    await page.getByText('These columns were not pasted: City.').waitFor();
    expect(await name(page, 2).inputValue()).toBe('Pasted three');
    expect(await paste(`Pasted four <${at('pasted.four')}>`)).toBe(false);
    await expect.poll(() => name(page, 3).inputValue()).toBe('Pasted four');
    await add(page).click();
    await page.getByText('4 customers were added').waitFor();
  });
});

describe('a file', () => {
  const whole = readFileSync(join(import.meta.dirname, '../data/customers.csv'), 'utf8');
  const lines = whole.split('\n');
  /** More rows than a batch has. The short form has fewer, but still the lines around the refused ones. */
  const content = LONG ? whole : [...lines.slice(0, 2), ...lines.slice(150, 255)].join('\n');
  const count = sized(104, 485);
  const file = { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };

  it('is shown before it is sent, shows its progress, and can be sent again', async () => {
    const page = await open('/customers/add');
    await page.getByRole('tab', { name: 'Upload a file' }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(`${count} customers can be added.`).waitFor();
    await page.getByRole('row').filter({ hasText: 'Two ats' }).waitFor();
    expect(await registered('contact001@')).toEqual([]);
    await expectAccessible(page);
    await add(page).click();
    await page.getByText(`Added: ${count - 2}. Added before: 0. Refused: 2.`).waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: 'A customer with this email address exists already' })
      .first()
      .waitFor();
    await page.locator('input[type=file]').setInputFiles([]);
    await page.locator('input[type=file]').setInputFiles(file);
    await add(page).click();
    await page.getByText(`Added: 0. Added before: ${count - 2}. Refused: 2.`).waitFor();
  });

  it('returns its refused rows with the reasons, to be corrected and uploaded again', async () => {
    const taken = await portal.register({ name: 'Taken too' });
    const page = await open('/customers/add');
    await page.getByRole('tab', { name: 'Upload a file' }).click();
    const upload = async (name: string, content: string) => {
      await page.locator('input[type=file]').setInputFiles([]);
      await page
        .locator('input[type=file]')
        .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
    };
    const download = async () => {
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download these rows' }).click(),
      ]);
      return { name: saved.suggestedFilename(), content: (await buffer(await saved.createReadStream())).toString() };
    };
    const good = `Returned good;${at('returned.good')};"1, First St"`;
    const wrong = at('returned@');
    await upload('my.csv', `name;email;postAddress\n${good}\nПекарня;${wrong};\nTaken;${taken.email};`);
    await page.getByText('1 row to correct').waitFor();
    // Continuing with the file of rejects now would lose the good row.
    expect(await page.getByRole('button', { name: 'Download these rows' }).count()).toBe(0);
    await add(page).click();
    await page.getByText('Added: 1. Added before: 0. Refused: 1.').waitFor();
    const { name: file, content } = await download();
    expect(file).toBe('my.rejected.csv');
    expect(content).toBe(
      `\ufeffrow;reason;name;email;postAddress\r\n3;This is not an email address that mail can be sent to;Пекарня;${wrong};\r\n4;A customer with this email address exists already;Taken;${taken.email};\r\n`,
    );
    await upload(file, content.replace('@@', '@'));
    await page.getByText('2 customers can be added.').waitFor();
    await add(page).click();
    await page.getByText('Added: 1. Added before: 0. Refused: 1.').waitFor();
    expect(await registered('returned')).toEqual(['Returned good']);
    expect(await registered('returned@')).toEqual(['Пекарня']);
    expect((await download()).content).toContain(
      `3;A customer with this email address exists already;Taken;${taken.email};`,
    );
  });

  it('replaces the previous file as soon as it is chosen: the previous import stops, and its results are ignored', async () => {
    const page = await open('/customers/add');
    await page.getByRole('tab', { name: 'Upload a file' }).click();
    const rows = Array.from({ length: 150 }, (_, i) => `Left ${i},${at(`left.${i}`)}`);
    const choose = (file: string, content: string[]) =>
      page.locator('input[type=file]').setInputFiles({
        name: file,
        mimeType: 'text/csv',
        buffer: Buffer.from(['name,email', ...content].join('\n')),
      });
    /** Ends the wait of each request, in the order in which the requests came. */
    const goOn: (() => void)[] = [];
    await page.route('**/v1/customers/batch', async (route) => {
      await new Promise<void>((resolve) => goOn.push(resolve));
      return route.continue();
    });
    await choose('first.csv', rows);
    await page.getByText('150 customers can be added.').waitFor();
    await add(page).click();
    await expect.poll(async () => goOn.length).toBe(1);
    await choose('second.csv', [`Other,${at('other.file')}`]);
    await page.getByText('1 customer can be added.').waitFor();
    expect(await add(page).isEnabled()).toBe(true);
    await add(page).click();
    await expect.poll(async () => goOn.length).toBe(2);
    const late = page.waitForResponse('**/v1/customers/batch');
    goOn[0]?.();
    await (await late).finished();
    expect((await registered('left')).length).toBe(100);
    goOn[1]?.();
    await page.getByText('Added: 1. Added before: 0. Refused: 0.').waitFor();
    expect((await registered('left')).length).toBe(100);
  });

  it('that is not a list of customers is refused in the language of the page', async () => {
    const page = await open('/customers/add', { locale: 'ru-RU' });
    await page.getByRole('tab').last().click();
    const wrong = { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('Анна,anna@client.example\n') };
    await page.locator('input[type=file]').setInputFiles(wrong);
    await page.getByText('В файле нет заголовка').waitFor();
  });

  const choose = async (page: Page, name: string, content: Buffer | string) => {
    await page.getByRole('tab').last().click();
    await page.locator('input[type=file]').setInputFiles([]);
    await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer: Buffer.from(content) });
  };
  /** Chooses an option of a list, by the label of the list. */
  const select = async (page: Page, label: string | RegExp, option: string) => {
    await page.getByRole('button', { name: label }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  it('is shown once each of its columns has a field or is left out by choice', async () => {
    const page = await open('/customers/add');
    await choose(page, 'shape.csv', `customer_id,name,location,email\n1,Shape Ltd,Riga,${at('shape')}\n`);
    await page.getByText('Unknown columns: customer_id, location.').waitFor();
    expect(await add(page).count()).toBe(0);
    await expectAccessible(page);
    await select(page, /^customer_id/, 'Leave out');
    await page.getByText('Unknown columns: location.').waitFor();
    await select(page, /^location/, 'Postal address');
    await page.getByText('1 customer can be added.').waitFor();
    await add(page).click();
    await page.getByText('Added: 1. Added before: 0. Refused: 0.').waitFor();
    const path = `/v1/customers?query=${encodeURIComponent('Shape Ltd')}`;
    const { body } = await portal.request<{ customers: object[] }>('GET', path, { as: OWNER });
    expect(body.customers).toMatchObject([{ name: 'Shape Ltd', person: { postAddress: 'Riga' } }]);
  });

  /** Their values: `portal/customers/checkedFile.test.ts`. */
  it.each(SPREADSHEET_CASES)(
    'such as $file has its encoding, its number of good rows, and each bad row with its reason',
    async (each) => {
      const { file, choices = {}, encoding = 'utf-8', registered = [], rejected = [] } = each;
      const page = await open('/customers/add');
      await choose(page, file, caseFile(file));
      for (const [column, field] of Object.entries(choices))
        await select(
          page,
          new RegExp(`^${column}`),
          { name: 'Name', postAddress: 'Postal address' }[field as string] ?? 'Leave out',
        );
      await page.getByText(`${registered.length} customer`).first().waitFor();
      const rows = page.getByRole('row').filter({ has: page.getByRole('rowheader') });
      expect(await rows.count()).toBe(rejected.length);
      // The button's name is the encoding's, which `FileReading.tsx` writes with capitals.
      const name = encoding.replace('utf-16le', 'utf-16 le');
      await page.getByRole('button', { name: new RegExp(`^Encoding.*${name}`, 'i') }).waitFor();
      for (const [index, reason] of rejected.entries()) {
        const [, value = ''] = /"(.*?)"/.exec(reason) ?? [];
        const text = await rows.nth(index).innerText();
        expect(text).toMatch(new RegExp(`^${index + 2}\\s`));
        expect(text).toContain(
          `“${value}” is ${reason.includes('digits') ? 'a number without its last digits' : 'an error'}`,
        );
      }
    },
  );

  it('says its encoding with a sample, and is read in another one that is chosen', async () => {
    const page = await open('/customers/add');
    await choose(page, 'cyrillic.csv', caseFile('cp1251.csv'));
    await page.getByText('The file reads: “ООО Ромашка”.').waitFor();
    await page.getByRole('button', { name: /^Encoding.*Windows-1251/ }).waitFor();
    await select(page, /^Encoding/, 'Windows-1258');
    await page.getByText('The file reads: “ÎÎÎ').waitFor();
    await choose(page, 'vietnamese.csv', caseFile('cp1258.csv'));
    await page.getByText('The file reads: “Công ty Đá”.').waitFor();
    await page.getByRole('button', { name: /^Encoding.*Windows-1258/ }).waitFor();
  });

  it('can be an XLSX workbook, of which another sheet can be chosen', async () => {
    const page = await open('/customers/add');
    const rows = [
      ['Name', 'E-mail', 'Tax ID'],
      ['Sheet Ltd', at('sheet.one'), { number: 78012345, format: '0000000000' }],
    ];
    await choose(
      page,
      'book.xlsx',
      workbook([
        { name: 'Notes', rows: [['nothing']] },
        { name: 'Customers', rows },
      ]),
    );
    await page.getByText('The file has no header').waitFor();
    await select(page, /^Sheet/, 'Customers');
    await page.getByText('1 customer can be added.').waitFor();
    await add(page).click();
    await page.getByText('Added: 1. Added before: 0. Refused: 0.').waitFor();
    const { body } = await portal.request<{ customers: object[] }>('GET', '/v1/customers?query=Sheet+Ltd', {
      as: OWNER,
    });
    expect(body.customers).toMatchObject([{ person: { tin: '0078012345' } }]);
  });

  it('that is a workbook can be chosen again after the code that reads workbooks was not loaded', async () => {
    const page = await open('/customers/add', { expected: /ERR_FAILED|Failed to load resource|Failed to fetch/ });
    await page.route('**/assets/workbook-*.js', (route) => route.abort());
    await choose(page, 'book.xlsx', workbook([{ name: 'One', rows: [['Name', 'Email']] }]));
    await page.getByText('The file can’t be read at the moment. Choose it again.').waitFor();
  });

  it.each([
    [
      'ru-RU',
      'Строка',
      [
        'В строке не закрыта кавычка',
        'name: «#N/A» — ошибка',
        'tin: в числе «7.80E+09» потеряны',
        'Это не номер телефона',
        'Возможные языки: en, ru, vi',
      ],
    ],
    [
      'vi-VN',
      'Dòng',
      [
        'Dòng có dấu ngoặc kép chưa đóng',
        'name: “#N/A” là lỗi',
        'tin: số “7.80E+09” bị mất',
        'Đây không phải số điện thoại',
        'Ngôn ngữ có thể là: en, ru, vi',
      ],
    ],
  ])('names each row that can’t be sent, and why, in the language of the page: %s', async (locale, row, reasons) => {
    const page = await open('/customers/add', { locale });
    const lines = [
      '"Broken,broken@client.example,,,',
      '#N/A,na@client.example,,,',
      'Short,short@client.example,7.80E+09,,',
      'Phone,phone@client.example,,!,',
      'Language,language@client.example,,,de',
      'Good,good@client.example,,,',
    ];
    await choose(page, 'wrong.csv', ['name,email,tin,phone,language', ...lines].join('\n'));
    for (const [index, reason] of reasons.entries())
      await page
        .getByRole('row')
        .filter({ hasText: String(index + 2) })
        .filter({ hasText: reason })
        .waitFor();
    expect(await page.getByRole('columnheader', { name: row }).count()).toBe(1);
    expect(await page.getByRole('row').filter({ hasText: 'Good' }).count()).toBe(0);
  });

  it('has a template in the language of the page', async () => {
    const page = await open('/customers/add', { locale: 'ru-RU' });
    await page.getByRole('tab').last().click();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Скачать шаблон' }).click(),
    ]);
    const content = (await buffer(await saved.createReadStream())).toString();
    expect(content).toMatch(/^\ufeffНазвание;Эл\. почта;.*;ИНН;.*\r\n$/);
    await choose(page, 'template.csv', `${content}ООО Шаблон;${at('template')}\r\n`);
    await page.getByRole('button', { name: 'Добавить (1)' }).waitFor();
  });
});
