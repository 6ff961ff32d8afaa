/** The page that adds customers, in a real browser with the local stack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { LONG, sized } from '../size.ts';
import { caseFile, SPREADSHEET_CASES } from '../spreadsheetCases.ts';
import { testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { workbook } from '../workbook.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, at } = portal.partner;
const { open } = portalBrowser(portal);

const name = (page: Page, index = 0) => page.getByLabel('Name', { exact: true }).nth(index);
const email = (page: Page, index = 0) => page.getByLabel('Email', { exact: true }).nth(index);
const add = (page: Page) => page.getByRole('button', { name: /^Add( \(\d+\))?$/ });
/** The rows of a file that are to be corrected. */
const toCorrect = (page: Page) => page.locator('[role=group][data-row]');
const focused = (page: Page) => page.evaluate('document.activeElement?.value');

/** How long somebody new takes: to point and click, for a key, and to read and understand what is wrong with a row. */
const CLICK_SECONDS = 2;
const KEY_SECONDS = 0.3;
const READ_SECONDS = 6;

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

async function registered(query: string): Promise<string[]> {
  const path = `/v1/customers?query=${encodeURIComponent(query)}&pageSize=1000`;
  const { body } = await portal.request<{ customers: { name: string }[] }>('GET', path, { as: OWNER });
  return body.customers.map((customer) => customer.name).sort();
}

describe('the form', () => {
  it('can be typed into at once, and adds several customers at once; a double click adds nobody twice', async () => {
    const page = await open('/customers');
    await page
      .getByRole('link', { name: 'Add customer' })
      .or(page.getByRole('button', { name: 'Add customer' }))
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'New customers', exact: true }).waitFor();
    const hasFocus = (index: number) => name(page, index).and(page.locator(':focus')).count();
    await expect.poll(() => hasFocus(0)).toBe(1);
    // Its fields are in lines; only optional ones say that they are.
    const [left, right] = [await name(page).boundingBox(), await email(page).boundingBox()];
    expect(left?.y).toBe(right?.y);
    const labels = await page.locator('form label').allInnerTexts();
    expect(labels.slice(0, 3)).toEqual(['Name', 'Email', 'Friendly name (optional)']);
    expect(await add(page).innerText()).toBe('Add');
    await name(page).fill('Form one');
    await email(page).fill(at('form.one'));
    await page.getByRole('button', { name: 'Add another' }).click();
    await expect.poll(() => hasFocus(1)).toBe(1);
    await name(page, 1).fill('Form two');
    await email(page, 1).fill(at('form.two'));
    await page.getByRole('button', { name: 'More about the customer' }).nth(1).click();
    await page.getByLabel('Taxpayer number').last().fill('7707083893');
    expect(await add(page).innerText()).toBe('Add (2)');
    await add(page).dblclick();
    await page.getByText('2 customers were added').waitFor();
    for (const added of ['Form one', 'Form two'])
      await page.locator('.notifications').getByRole('link', { name: added }).waitFor();
    await page.getByRole('row').filter({ hasText: 'Form two' }).getByText('Verification required').waitFor();
    expect(await registered('form')).toEqual(['Form one', 'Form two']);
    for (const address of [at('form.one'), at('form.two')]) expect(await portal.mailsTo(address)).toHaveLength(1);
  });

  it('shows a fault beside its field, and moves the focus there; it asks before it drops what was typed, and only then', async () => {
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

  it('keeps refused customers, with the reason; the others are added, nobody twice if the answer is lost, and corrected ones can follow', async () => {
    const taken = await portal.register({ name: 'Taken' });
    const page = await open('/customers/add', { expected: /ERR_FAILED|Failed to load resource/ });
    await name(page).fill('Kept good');
    await email(page).fill(at('kept.good'));
    // No typed text is lost.
    await page.reload();
    expect(await name(page).inputValue()).toBe('Kept good');
    await page.getByRole('button', { name: 'Add another' }).click();
    await name(page, 1).fill('Kept bad');
    await email(page, 1).fill(taken.email ?? '');
    let lost = 0;
    await page.route('**/v1/customers/batch', async (route) => {
      // The server adds the customer, but the answer is lost.
      if (lost++ === 0) await route.fetch();
      await (lost <= 1 ? route.abort() : route.continue());
    });
    await add(page).click();
    await page.getByText('A customer with this email address exists already').first().waitFor();
    await page.getByText('Kept good was added').waitFor();
    expect(lost).toBeGreaterThan(1);
    expect(await name(page).inputValue()).toBe('Kept bad');
    expect(await focused(page)).toBe(taken.email);
    expect(await registered('kept')).toEqual(['Kept good']);
    expect(await portal.mailsTo(at('kept.good'))).toHaveLength(1);
    await email(page).fill(at('kept.bad'));
    await add(page).click();
    await page.getByRole('heading', { level: 1, name: 'Customers', exact: true }).waitFor();
    expect(await registered('kept')).toEqual(['Kept bad', 'Kept good']);
  });

  it('adds a customer that is served without an invitation, and leads to it', async () => {
    const page = await open('/customers/add');
    await name(page).fill('Served Alone');
    await page.getByRole('checkbox', { name: 'Serve without an invitation' }).check();
    expect(await email(page).count()).toBe(0);
    await add(page).click();
    await page.getByText('Served Alone was added. You serve').waitFor();
    await page.locator('.notifications').getByRole('link', { name: 'Served Alone' }).click();
    await page.getByRole('heading', { level: 1, name: 'Served Alone' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Active' }).first().waitFor();
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

/** The numbers of the import whose page is open. */
const numbers = (page: Page) =>
  page.evaluate<Record<string, number>>(`Object.fromEntries([...document.querySelectorAll('#page dl dt')]
    .map((label) => [label.innerText, Number(label.nextElementSibling.innerText.replace(/\\D/g, ''))]))`);
/** Waits until the import whose page is open is done, with these numbers. */
const done = (page: Page, expected: { added?: number; before?: number; refused?: number; toCorrect?: number }) => {
  const { added = 0, before = 0, refused = 0, toCorrect = 0 } = expected;
  return expect
    .poll(() => numbers(page))
    .toEqual({
      'All rows': added + before + refused + toCorrect,
      Waiting: 0,
      Added: added,
      'Added before': before,
      Refused: refused,
      'To correct': toCorrect,
    });
};

describe('a file', () => {
  const whole = readFileSync(join(import.meta.dirname, '../data/customers.csv'), 'utf8');
  const lines = whole.split('\n');
  /** The long form has more rows than a batch. The short form has the lines around the wrong and the refused ones. */
  const content = LONG ? whole : [0, 1, ...range(212, 220), ...range(249, 255)].map((index) => lines[index]).join('\n');
  const count = sized(13, 485);
  const file = { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };

  it('is shown before it is sent, shows its progress, and can be sent again', async () => {
    const page = await open('/customers/add');
    await page.getByRole('tab', { name: 'Upload a file' }).click();
    // The tab is in the address: loading the page again and going back find it.
    await page.reload();
    await page.locator('input[type=file]').waitFor({ state: 'attached' });
    await page.goBack();
    await name(page).waitFor();
    await page.goForward();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(`${count} customers can be added.`).waitFor();
    await toCorrect(page).filter({ hasText: 'Two ats' }).waitFor();
    const wrong = await toCorrect(page).count();
    expect(await registered('contact001@')).toEqual([]);
    await expectAccessible(page);
    await add(page).click();
    await done(page, { added: count - 2, refused: 2, toCorrect: wrong });
    await toCorrect(page).filter({ hasText: 'A customer with this email address exists already' }).first().waitFor();
    await page.goBack();
    await page.getByRole('tab', { name: 'Upload a file' }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await add(page).click();
    await done(page, { before: count - 2, refused: 2, toCorrect: wrong });
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

  it('has its wrong rows corrected in place, with few keys and clicks, and all its rows are added once', async () => {
    const rows = sized(24, 500);
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

  it('has room for its tab in all languages, and is shown once each of its columns has a field or is left out by choice', async () => {
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
    await choose(page, 'shape.csv', `customer_id,name,location,email\n1,Shape Ltd,Riga,${at('shape')}\n`);
    await page.getByText('Unknown columns: customer_id, location.').waitFor();
    expect(await add(page).count()).toBe(0);
    await expectAccessible(page);
    await select(page, /^customer_id/, 'Leave out');
    await page.getByText('Unknown columns: location.').waitFor();
    await select(page, /^location/, 'Postal address');
    await page.getByText('1 customer can be added.').waitFor();
    await add(page).click();
    await done(page, { added: 1 });
    const path = `/v1/customers?query=${encodeURIComponent('Shape Ltd')}`;
    const { body } = await portal.request<{ customers: object[] }>('GET', path, { as: OWNER });
    expect(body.customers).toMatchObject([{ name: 'Shape Ltd', person: { postAddress: 'Riga' } }]);
  });

  /** Their values: `portal/customers/checkedFile.test.ts`. */
  it('has its encoding, its first good rows, and each bad row with its reason', async () => {
    const short = [
      'lf-in-quotes.csv',
      'utf16le-nobom.csv',
      'outlook-shape.csv',
      'excel-errors.csv',
      'scientific-tin.csv',
    ];
    const page = await open('/customers/add');
    for (const each of SPREADSHEET_CASES.filter(({ file }) => LONG || short.includes(file))) {
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

    // It says its encoding with a sample, and is read in another one that is chosen.
    await choose(page, 'cyrillic.csv', caseFile('cp1251.csv'));
    await page.getByText('The file reads: “ООО Ромашка”.').waitFor();
    await page.getByRole('button', { name: /^Encoding.*Windows-1251/ }).waitFor();
    await select(page, /^Encoding/, 'Windows-1258');
    await page.getByText('The file reads: “ÎÎÎ').waitFor();
    await choose(page, 'vietnamese.csv', caseFile('cp1258.csv'));
    await page.getByText('The file reads: “Công ty Đá”.').waitFor();
    await page.getByRole('button', { name: /^Encoding.*Windows-1258/ }).waitFor();
  });

  it('can be an XLSX workbook, of which another sheet can be chosen, also after the code that reads workbooks was not loaded', async () => {
    const page = await open('/customers/add', { expected: /ERR_FAILED|Failed to load resource|Failed to fetch/ });
    const rows = [
      ['Name', 'E-mail', 'Tax ID'],
      ['Sheet Ltd', at('sheet.one'), { number: 78012345, format: '0000000000' }],
    ];
    const sheets = [
      { name: 'Notes', rows: [['nothing']] },
      { name: 'Customers', rows },
    ];
    await page.route('**/assets/workbook-*.js', (route) => route.abort());
    await choose(page, 'book.xlsx', workbook(sheets));
    await page.getByText('The file can’t be read at the moment. Choose it again.').waitFor();
    await page.unroute('**/assets/workbook-*.js');
    await choose(page, 'book.xlsx', workbook(sheets));
    await page.getByText('The file has no header').waitFor();
    await select(page, /^Sheet/, 'Customers');
    await page.getByText('1 customer can be added.').waitFor();
    await add(page).click();
    await done(page, { added: 1 });
    const { body } = await portal.request<{ customers: object[] }>('GET', '/v1/customers?query=Sheet+Ltd', {
      as: OWNER,
    });
    expect(body.customers).toMatchObject([{ person: { tin: '0078012345' } }]);
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

  it.each(sized(['ru-RU'] as const, ['ru-RU', 'vi-VN'] as const))(
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
