/** The page that adds customers, in a real browser with the local stack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { LONG, sized } from '../size.ts';
import { testStack } from '../stack.ts';
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
    await add(page).click();
    await page.getByText('2 customers were added').waitFor();
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
    const wrong = { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') };
    await page.locator('input[type=file]').setInputFiles(wrong);
    await page.getByText('В файле нет заголовка').waitFor();
  });
});
