/** The page that adds customers, in a real browser with the local stack. `addCustomersPage.long.test.ts` has its details. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { LONG, sized } from '../size.ts';
import { caseFile } from '../spreadsheetCases.ts';
import { testStack } from '../stack.ts';
import { workbook } from '../workbook.ts';
import { add, choose, done, email, focused, name, registeredIn, select, toCorrect } from './addCustomersPage.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, at } = portal.partner;
const { open } = portalBrowser(portal);
const registered = registeredIn(portal);

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

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
    expect(await registered('wrong')).toEqual([]);
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

  it('begins with the data of a customer that is invited again', async () => {
    const { id, email: address } = await portal.register({ name: 'Twice' });
    await portal.stack.idle();
    await portal.request('POST', `/v1/customers/${id}/invite/decline`, { as: address ?? '' });
    const page = await open(`/customers/${id}`);
    await page.getByRole('link', { name: 'Invite again' }).click();
    await expect.poll(() => name(page).inputValue()).toBe('Twice');
    expect(await email(page).inputValue()).toBe(address);
  });

  it('takes rows copied from a spreadsheet', async () => {
    const page = await open('/customers/add');
    await name(page).focus();
    await page.evaluate(`{
      const data = new DataTransfer();
      data.setData('text/plain', ${JSON.stringify(`Copied one\t${at('copied.one')}\nCopied two\t${at('copied.two')}`)});
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }`);
    await expect.poll(() => name(page, 1).inputValue()).toBe('Copied two');
    expect(await email(page).inputValue()).toBe(at('copied.one'));
  });
});

describe('a file', () => {
  const whole = readFileSync(join(import.meta.dirname, '../data/customers.csv'), 'utf8');
  const lines = whole.split('\n');
  /** The long form has more rows than a batch. The short form has the lines around the wrong and the refused ones. */
  const content = LONG ? whole : [0, 1, ...range(212, 220), ...range(249, 255)].map((index) => lines[index]).join('\n');
  const count = sized(13, 485);
  const file = { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };

  it('is shown before it is sent, and shows its progress', async () => {
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
  });

  it('has its other rows corrected on the page of its import, where nothing is sent before the person says so, and returns them', async () => {
    const taken = await portal.register({ name: 'Reserved' });
    const page = await open('/customers/add');
    const lines = [`Free,${at('unreserved')}`, `Reserved again,${taken.email}`, 'Reserved twice,@'];
    await choose(page, 'refused.csv', `name,email\n${lines.join('\n')}\n`);
    await page.getByText('2 customers can be added.').waitFor();
    await add(page).click();
    await done(page, { added: 1, refused: 1, toCorrect: 1 });
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download these rows' }).click(),
    ]);
    expect((await buffer(await saved.createReadStream())).toString()).toBe(
      `\ufeffrow,reason,name,email\r\n3,A customer with this email address exists already,Reserved again,${taken.email}\r\n4,This is not an email address that mail can be sent to,Reserved twice,@\r\n`,
    );

    const row = (number: number) => page.getByRole('group', { name: `Row ${number}:` });
    await row(3).getByLabel('Email', { exact: true }).fill(at('reserved.again'));
    await row(3).getByLabel('Email', { exact: true }).press('Enter');
    await row(3).getByText('Corrected, not added yet').waitFor();
    await page.getByRole('button', { name: 'Leave out row 4' }).click();
    await row(4).waitFor({ state: 'detached' });
    await expectAccessible(page);
    expect(await registered('Reserved')).toEqual(['Reserved']);
    await page.getByRole('button', { name: 'Add 1 corrected row' }).click();
    await page.getByText('Added: 2. Added before: 0. Refused: 0. To correct: 0.').waitFor();
    expect(await registered('Reserved')).toEqual(['Reserved', 'Reserved again']);
  });

  it('is shown once each of its columns has a field or is left out by choice', async () => {
    const page = await open('/customers/add?tab=file');
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
});
