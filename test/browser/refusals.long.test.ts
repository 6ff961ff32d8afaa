/**
 * Refusals in another language, in a real browser with the local stack: of a field, of a row, and of an action. The short form shows them
 * in Russian, the long form in Vietnamese, too.
 */
import { expect, it } from 'vitest';
import { sized } from '../size.ts';
import { testStack } from '../stack.ts';
import { portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, at } = portal.partner;
const { open } = portalBrowser(portal);
/** The browser's complaint about a refusal. */
const expected = /status (of )?4\d\d/;

const WORDS = {
  ru: {
    name: 'Название',
    email: 'Эл. почта',
    language: 'Русский',
    add: 'Добавить',
    field: 'Клиент с этим адресом уже есть',
    row: /Приглашение на этот адрес отправлено совсем недавно\. Отправить его ещё раз можно через \d минут[ыу]?\./,
    actions: 'Действия',
    suspend: 'Приостановить',
    action:
      'Статус клиента — «Приостановлен». В этом статусе действие невозможно. Партнёр может снова активировать клиента.',
    mail: /Подтвердите готовность/,
  },
  vi: {
    name: 'Tên',
    email: 'Email',
    language: 'Tiếng Việt',
    add: 'Thêm',
    field: 'Đã có khách hàng với email này',
    row: /Lời mời vừa được gửi đến địa chỉ này\. Có thể gửi lại sau \d phút nữa\./,
    actions: 'Thao tác',
    suspend: 'Tạm ngừng',
    action:
      'Trạng thái của khách hàng là “Tạm ngừng”. Không thể làm việc này ở trạng thái đó. Đối tác có thể kích hoạt lại khách hàng.',
    mail: /Vui lòng xác nhận/,
  },
};

it.each<keyof typeof WORDS>(sized(['ru'], ['ru', 'vi']))(
  'in %s, a field, a row and an action are refused in words of the language',
  async (language) => {
    const words = WORDS[language];
    const taken = at(`taken.${language}`);
    await portal.register({ name: 'Taken', email: taken });
    const spared = at(`spared.${language}`);
    const { id: deleted } = await portal.register({ name: 'Spared', email: spared });
    await portal.stack.idle();
    await portal.request('DELETE', `/v1/customers/${deleted}`, { as: OWNER });

    const page = await open('/customers/add', { language, expected });
    const row = async (index: number, name: string, email: string) => {
      await page.getByLabel(words.name, { exact: true }).nth(index).fill(name);
      await page.getByLabel(words.email, { exact: true }).nth(index).fill(email);
    };
    const add = page.getByRole('button', { name: new RegExp(`^${words.add}( \\(\\d\\))?$`) });
    await row(0, 'Taken', taken);
    await add.click();
    await page.getByText(words.field).waitFor();
    await row(0, 'Spared', spared);
    await add.click();
    await page.getByText(words.row).waitFor();

    // Mails are in the language of the page, which the form shows.
    await page.getByRole('button', { name: words.language }).first().waitFor();
    const fresh = at(`fresh.${language}`);
    await row(0, 'Fresh', fresh);
    await add.click();
    await page.getByRole('row').filter({ hasText: fresh }).waitFor();
    const [mail] = await portal.mailsTo(fresh);
    expect(mail?.subject).toMatch(words.mail);

    const { id } = await portal.confirmed({ name: 'Mila Bakery' });
    const customer = await open(`/customers/${id}`, { language, expected });
    await customer.getByRole('button', { name: words.actions, exact: true }).click();
    await customer.getByRole('menuitem', { name: words.suspend, exact: true }).click();
    await portal.request('POST', `/v1/customers/${id}/suspend`, { as: OWNER });
    await customer.getByRole('dialog').getByRole('button', { name: words.suspend, exact: true }).click();
    await customer.getByText(words.action).waitFor();
  },
);
