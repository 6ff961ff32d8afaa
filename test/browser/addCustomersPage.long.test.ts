/** Details of the page that adds customers, in a real browser with the local stack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { caseFile, SPREADSHEET_CASES } from '../spreadsheetCases.ts';
import { testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { add, choose, done, email, focused, name, registeredIn, select, toCorrect } from './addCustomersPage.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { at } = portal.partner;
const { open } = portalBrowser(portal);
const registered = registeredIn(portal);

/** How long somebody new takes: to point and click, for a key, and to read and understand what is wrong with a row. */
const CLICK_SECONDS = 2;
const KEY_SECONDS = 0.3;
const READ_SECONDS = 6;

describe('the form', () => {
  it('unfolds a field that is wrong, and asks before it drops what was typed, and only then', async () => {
    const page = await open('/customers/add');
    await name(page).fill('Wrong');
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

    const cancel = () => page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const answer = (button: string) => page.getByRole('dialog').getByRole('button', { name: button }).click();
    await cancel();
    await answer('Keep typing');
    expect(await name(page).inputValue()).toBe('Wrong');
    await cancel();
    await answer('Discard');
    await page.getByRole('heading', { level: 1, name: 'Customers', exact: true }).waitFor();
    await page.goBack();
    expect(await name(page).inputValue()).toBe('');
    await cancel();
    await page.getByRole('heading', { level: 1, name: 'Customers', exact: true }).waitFor();
  });

  it('invites a customer again that has declined: its data is there, beside what was typed before', async () => {
    const { id, email: address } = await portal.register({ name: 'Once More', person: { phone: '+7 812 555 01 02' } });
    await portal.stack.idle();
    await portal.request('POST', `/v1/customers/${id}/invite/decline`, { as: address ?? '' });
    await endCooldown(portal.stack, id);
    const page = await open(`/customers/${id}`);
    await page.getByRole('link', { name: 'Invite again' }).click();
    await expect.poll(() => name(page).inputValue()).toBe('Once More');
    expect(await email(page).inputValue()).toBe(address);
    // The form is filled in once.
    await page.goBack();
    await page.getByRole('link', { name: 'Invite again' }).click();
    await expect.poll(() => name(page).inputValue()).toBe('Once More');
    expect(await name(page).count()).toBe(1);
    await page.getByRole('button', { name: 'More about the customer' }).click();
    expect(await page.getByLabel('Phone').inputValue()).toBe('+7 812 555 01 02');
    await add(page).click();
    await page.getByText('Once More was added').waitFor();
    expect(await registered('once more')).toEqual(['Once More', 'Once More']);
    // The page of before leads to the customer that was added again.
    await page.getByRole('row').filter({ hasText: 'Declined' }).getByRole('link', { name: 'Once More' }).click();
    const added = page.getByText('It was added again:').getByRole('link', { name: 'Once More' });
    await added.waitFor();
    expect(await page.getByRole('link', { name: 'Invite again' }).count()).toBe(0);
    await added.click();
    await page.getByRole('status').filter({ hasText: 'Verification required' }).first().waitFor();
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
  it('can be sent again, and nobody is added twice', async () => {
    const page = await open('/customers/add');
    const content = readFileSync(join(import.meta.dirname, '../data/customers.csv'));
    await choose(page, 'customers.csv', content);
    await page.getByText('485 customers can be added.').waitFor();
    const wrong = await toCorrect(page).count();
    await add(page).click();
    await done(page, { added: 483, refused: 2, toCorrect: wrong });
    await page.goBack();
    await choose(page, 'customers.csv', content);
    await add(page).click();
    await done(page, { before: 483, refused: 2, toCorrect: wrong });
  });

  it('returns its refused rows with the reasons, to be corrected and uploaded again', async () => {
    const taken = await portal.register({ name: 'Taken too' });
    const page = await open('/customers/add');
    const upload = async (name: string, content: string) => {
      await page.getByRole('tab', { name: 'Upload a file' }).click();
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
    await done(page, { added: 1, refused: 1, toCorrect: 1 });
    const { name: file, content } = await download();
    expect(file).toBe('my.rejected.csv');
    expect(content).toBe(
      `\ufeffrow;reason;name;email;postAddress\r\n3;This is not an email address that mail can be sent to;Пекарня;${wrong};\r\n4;A customer with this email address exists already;Taken;${taken.email};\r\n`,
    );
    await page.goBack();
    await upload(file, content.replace('@@', '@'));
    await page.getByText('2 customers can be added.').waitFor();
    await add(page).click();
    await done(page, { added: 1, refused: 1 });
    expect(await registered('returned')).toEqual(['Returned good']);
    expect(await registered('returned@')).toEqual(['Пекарня']);
    expect((await download()).content).toContain(
      `3;A customer with this email address exists already;Taken;${taken.email};`,
    );
  });

  it('has its other rows corrected on the page of its import, where nothing is sent before the person says so', async () => {
    const taken = await portal.register({ name: 'Claimed already' });
    const page = await open('/customers/add');
    const lines = [`Free,${at('free')},`, `Claimed,${taken.email},`, 'Twice wrong,@,!', `Unwanted,@,`];
    await choose(page, 'refused.csv', `name,email,phone\n${lines.join('\n')}\n`);
    await page.getByText('2 customers can be added.').waitFor();
    await add(page).click();
    await done(page, { added: 1, refused: 1, toCorrect: 2 });
    const success = page.getByRole('status').getByLabel('Success');
    expect(await success.count()).toBe(0);
    await page.getByRole('status').getByText('3 rows are left for you').waitFor();
    await page.getByRole('heading', { name: /^Refused:\s1 · To correct:\s2$/ }).waitFor();
    const row = (number: number) => page.getByRole('group', { name: `Row ${number}:` });
    const cell = (number: number, label: string) => row(number).getByLabel(label, { exact: true });
    const isFocused = (number: number, label: string) => cell(number, label).and(page.locator(':focus')).waitFor();
    expect(await cell(3, 'Email').inputValue()).toBe(taken.email);
    await page.getByRole('button', { name: 'Try again with row 3' }).click();
    await done(page, { added: 1, refused: 1, toCorrect: 2 });

    // Leaving a cell keeps what was typed. Another field leaves the refusal as it is.
    await page.getByRole('button', { name: 'Change other fields of row 3' }).click();
    await cell(3, 'Name').fill('Claimed later');
    await cell(3, 'Email').focus();
    await page.getByRole('group', { name: 'Row 3: Claimed later' }).waitFor();
    await row(3).getByText('A customer with this email address exists already').waitFor();
    await cell(3, 'Email').fill(at('no.longer.taken'));
    await cell(3, 'Phone').focus();
    await row(3).getByText('Corrected, not added yet').waitFor();
    await done(page, { added: 1, toCorrect: 3 });

    // A row with two faults: one of them stays, and the Enter key leads to it.
    await cell(4, 'Email').fill(at('twice.wrong'));
    await cell(4, 'Email').press('Enter');
    await isFocused(4, 'Phone');
    expect(await cell(4, 'Email').getAttribute('aria-invalid')).toBeNull();
    await page.reload();
    expect(await row(4).innerText()).toContain(at('twice.wrong'));
    await cell(4, 'Phone').fill('+7 812 555 01 02');
    await cell(4, 'Phone').press('Enter');
    await isFocused(5, 'Email');
    // *Leave out* counts although the press takes the focus from a cell that was changed.
    await cell(5, 'Email').fill(at('unwanted'));
    await page.getByRole('button', { name: 'Leave out row 5' }).click();
    await row(5).waitFor({ state: 'detached' });
    const addCorrected = page.getByRole('button', { name: 'Add 2 corrected rows' });
    await addCorrected.and(page.locator(':focus')).waitFor();
    await expectAccessible(page);
    expect(await registered('Claimed')).toEqual(['Claimed already']);
    await page.keyboard.press('Enter');
    await page.getByText('Added: 3. Added before: 0. Refused: 0. To correct: 0.').waitFor();
    await success.waitFor();
    expect(await registered('Claimed')).toEqual(['Claimed already', 'Claimed later']);
    expect(await registered('unwanted')).toEqual([]);
  });

  it('has its wrong rows corrected in place, with few keys and clicks, and all its rows are added once', async () => {
    const rows = 500;
    const wrong: Record<number, [email: string, phone: string]> = {
      12: [at('fix@11'), ''],
      17: [at('fix.16'), '7.80E+09'],
      22: ['', '+7 495 123-45-67'],
    };
    const lines = Array.from({ length: rows }, (_, index) => {
      const [address, phone] = wrong[index + 2] ?? [at(`fix.${index + 1}`), '+7 495 123-45-67'];
      return `Fix ${index + 1};${address};${phone}`;
    });
    const page = await open('/customers/add');
    await page.evaluate(`{
      window.effort = { clicks: 0, keys: 0 };
      addEventListener('click', ({ detail }) => { if (detail > 0) effort.clicks++; }, true);
      addEventListener('keydown', () => { effort.keys++; }, true);
    }`);
    await page.getByRole('tab', { name: 'Upload a file' }).click();
    const buffer = Buffer.from(['Name;E-mail;Phone', ...lines].join('\n'));
    await page.locator('input[type=file]').setInputFiles({ name: 'fix.csv', mimeType: 'text/csv', buffer });
    const numbers = async (good: number, bad: number, leftOut = 0) => {
      await page.getByText(`${rows} rows in the file. ${good} customers can be added.`).waitFor();
      await expect.poll(() => toCorrect(page).count()).toBe(bad);
      expect(await page.getByText(/\d rows? (is|are) left out/).count()).toBe(leftOut);
    };
    await numbers(rows - 3, 3);
    // Each reason is tied to its cell, which has the value of the file.
    const cell = (label: string, row: number) =>
      page.getByRole('group', { name: new RegExp(`^Row ${row}\\b`) }).getByLabel(label, { exact: true });
    expect(await cell('Email', 12).inputValue()).toBe(at('fix@11'));
    const descriptionOf = (row: number) =>
      page.evaluate<string>(`document.querySelector('[data-row="${row}"] [aria-invalid="true"]')
        .getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id)?.innerText).join(' ')`);
    expect(await descriptionOf(12)).toContain('This is not an email address that mail can be sent to');
    expect(await descriptionOf(17)).toContain('is a number without its last digits');
    expect(await descriptionOf(22)).toContain('Enter an email address');
    await expectAccessible(page);
    const isFocused = (label: string, row: number) => cell(label, row).and(page.locator(':focus')).waitFor();

    // A button leads to the first wrong cell, which is below the fold.
    expect(
      await page.evaluate('document.querySelector("[data-row] input").getBoundingClientRect().top > innerHeight'),
    ).toBe(true);
    await page.getByRole('button', { name: 'Go to the first error' }).click();
    await isFocused('Email', 12);
    // With the Enter key the focus goes on to the next wrong cell, and stays in a cell that is still wrong.
    await page.keyboard.press('End');
    for (let letter = 0; letter < at('fix@11').length - 'fix'.length; letter++) await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await isFocused('Email', 12);
    await page.keyboard.type(at('.11').replace(/^fix/, ''));
    await page.keyboard.press('Enter');
    await isFocused('Phone', 17);
    await numbers(rows - 2, 2);
    await page
      .getByRole('row')
      .filter({ hasText: at('fix.1') })
      .first()
      .waitFor();
    // The Tab key leaves a cell as well: if its row is right, the next wrong cell gets the focus.
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('+78000000000');
    await page.keyboard.press('Tab');
    await isFocused('Email', 22);
    await numbers(rows - 1, 1);
    await page.keyboard.type(at('fix.21'));
    await page.keyboard.press('Enter');
    await add(page).and(page.locator(':focus')).waitFor();
    expect(await add(page).innerText()).toBe(`Add (${rows})`);
    await page.keyboard.press('Enter');
    await page.getByText(`Added: ${rows}. Added before: 0. Refused: 0.`).waitFor();
    expect(await registered('fix')).toHaveLength(rows);
    const effort = await page.evaluate<{ clicks: number; keys: number }>('effort');
    const { clicks, keys } = effort;
    const seconds = clicks * CLICK_SECONDS + keys * KEY_SECONDS + 3 * READ_SECONDS;
    console.log(`three wrong rows of ${rows}: ${clicks} clicks, ${keys} keys, about ${Math.round(seconds)} s`);
    expect(clicks).toBe(2);
    expect(seconds).toBeLessThan(60);
  });

  it('keeps corrections under other columns, finds copies again, and starts anew with another file', async () => {
    const page = await open('/customers/add');
    const [one, two] = [at('keep.one'), at('keep.two')];
    await choose(page, 'keep.csv', `name,email,city\nOne,${one},Riga\nOne,@,Riga\nTwo,${two},Riga\n`);
    await select(page, /^city/, 'Leave out');
    const email = (row: number) =>
      page.getByRole('group', { name: `Row ${row}:` }).getByLabel('Email', { exact: true });
    await email(3).fill(one);
    await email(3).press('Enter');
    await toCorrect(page).getByText('Duplicate of an earlier row').waitFor();
    // A row that is wrong as a whole shows its cells on request.
    await page.getByRole('button', { name: 'Change other fields of row 3' }).click();
    const itsName = page.getByRole('group', { name: 'Row 3:' }).getByLabel('Name', { exact: true });
    await itsName.and(page.locator(':focus')).waitFor();
    await email(3).fill(at('keep.three'));
    await email(3).press('Enter');
    await page.getByText('3 customers can be added.').waitFor();
    await select(page, /^city/, 'Postal address');
    await page.getByText('3 customers can be added.').waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: at('keep.three') })
      .filter({ hasText: 'Riga' })
      .waitFor();
    await select(page, /^city/, 'Language of the invitation');
    await page.getByText('3 rows to correct').waitFor();
    await page.getByRole('button', { name: 'Leave out row 2' }).click();
    await page
      .getByText('3 rows in the file. 0 customers can be added. 2 rows have to be corrected first. 1 row is left out.')
      .waitFor();
    await page.getByRole('button', { name: 'Restore left-out rows' }).click();
    await page.getByText('3 rows to correct').waitFor();
    // The columns of the next file are chosen already.
    await choose(page, 'keep.csv', `name,email,city\nOne,${one},vi\nOne,@,vi\n`);
    await page.getByText('2 rows in the file. 1 customer can be added. 1 row has to be corrected first.').waitFor();
    expect(await email(3).inputValue()).toBe('@');
  });

  it('has room for its tab in all languages', async () => {
    const page = await open('/customers/add?tab=file');
    const fits = `(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('[role=tablist]'))`;
    for (const [language, tag] of [
      ['Русский', 'ru'],
      ['Tiếng Việt', 'vi'],
      ['English', 'en'],
    ] as const) {
      await page.getByRole('button', { name: /^(Language|Язык|Ngôn ngữ)/ }).click();
      await page.getByRole('menuitem', { name: language }).click();
      await page.locator(`html[lang=${tag}]`).waitFor();
      await page.setViewportSize({ width: 320, height: 640 });
      await expect.poll(() => page.evaluate(fits)).toBe(true);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
  });

  /** Their values: `portal/customers/checkedFile.test.ts`. */
  it('has its encoding, its first good rows, and each bad row with its reason', async () => {
    const page = await open('/customers/add');
    for (const each of SPREADSHEET_CASES) {
      const { file, choices = {}, encoding = 'utf-8', registered = [], rejected = [] } = each;
      await choose(page, file, caseFile(file));
      for (const [column, field] of Object.entries(choices))
        await select(
          page,
          new RegExp(`^${column}`),
          { name: 'Name', postAddress: 'Postal address' }[field as string] ?? 'Leave out',
        );
      await page.getByText(`${registered.length} customer`).first().waitFor();
      // The button's name is the encoding's, which `FileReading.tsx` writes with capitals.
      const name = encoding.replace('utf-16le', 'utf-16 le');
      await page.getByRole('button', { name: new RegExp(`^Encoding.*${name}`, 'i') }).waitFor();
      await expect.poll(() => toCorrect(page).count()).toBe(rejected.length);
      for (const [index, reason] of rejected.entries()) {
        const row = toCorrect(page).nth(index);
        expect(await row.getAttribute('aria-label')).toMatch(new RegExp(`^Row ${index + 2}\\b`));
        // The file before has as many wrong rows.
        await row
          .getByText(reason.includes('digits') ? 'is a number without its last digits' : 'is an error')
          .first()
          .waitFor();
      }
      for (const [customer, email] of registered.slice(0, 10))
        await page.getByRole('row').filter({ hasText: customer }).filter({ hasText: email }).first().waitFor();
    }
  });

  const WORDS = {
    'ru-RU': {
      noHeader: 'В файле нет заголовка',
      row: 'Строка',
      reasons: [
        'В строке не закрыта кавычка',
        'name: «#N/A» — ошибка',
        'tin: в числе «7.80E+09» потеряны',
        'Это не номер телефона',
        'Возможные языки: en, ru, vi',
      ],
      template: 'Скачать шаблон',
      header: /^\ufeffНазвание;Эл\. почта;.*;ИНН;.*\r\n$/,
      add: 'Добавить (1)',
    },
    'vi-VN': {
      noHeader: 'Tệp không có tiêu đề',
      row: 'Dòng',
      reasons: [
        'Dòng có dấu ngoặc kép chưa đóng',
        'name: “#N/A” là lỗi',
        'tin: số “7.80E+09” bị mất',
        'Đây không phải số điện thoại',
        'Ngôn ngữ có thể là: en, ru, vi',
      ],
      template: 'Tải tệp mẫu',
      header: /^\ufeffTên[;,]Email[;,].*\r\n$/,
      add: 'Thêm (1)',
    },
  };

  it.each(['ru-RU', 'vi-VN'] as const)(
    'is spoken about in the language of the browser, %s: no header, each row that can’t be sent, and the template',
    async (locale) => {
      const words = WORDS[locale];
      const page = await open('/customers/add', { locale });
      await choose(page, 'x.csv', 'Анна,anna@client.example\n');
      await page.getByText(words.noHeader).waitFor();

      const lines = [
        '"Broken,broken@client.example,,,',
        '#N/A,na@client.example,,,',
        'Short,short@client.example,7.80E+09,,',
        'Phone,phone@client.example,,!,',
        'Language,language@client.example,,,de',
        'Good,good@client.example,,,',
      ];
      await choose(page, 'wrong.csv', ['name,email,tin,phone,language', ...lines].join('\n'));
      for (const [index, reason] of words.reasons.entries())
        await page
          .getByRole('group', { name: `${words.row} ${index + 2}` })
          .filter({ hasText: reason })
          .waitFor();
      expect(await toCorrect(page).filter({ hasText: 'Good' }).count()).toBe(0);
      expect(await page.getByRole('row').filter({ hasText: 'Good' }).count()).toBe(1);

      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: words.template }).click(),
      ]);
      const content = (await buffer(await saved.createReadStream())).toString();
      expect(content).toMatch(words.header);
      const separator = content.includes(';') ? ';' : ',';
      await choose(page, 'template.csv', `${content}ООО Шаблон${separator}${at('template')}\r\n`);
      await page.getByRole('button', { name: words.add }).waitFor();
    },
  );
});
