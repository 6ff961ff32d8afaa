/**
 * The states of the portal's pages. `looks.test.ts` checks and pictures them: add the states of a new page here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { messages as en } from '../../portal/messages/en/index.ts';
import { messages as ru } from '../../portal/messages/ru/index.ts';
import { messages as vi } from '../../portal/messages/vi/index.ts';
import { type CustomerAnswer, NOBODY, OPERATOR, OWNER, type TestPortal, VIEWER } from '../stack.ts';

/** The texts of the pages. */
export const MESSAGES = { en, ru, vi };
type Texts = (typeof MESSAGES)[keyof typeof MESSAGES];

/** @template Customers the customers of the program's states, each by a name */
export type PageState<Customers> = {
  name: string;
  /** The account that is signed in; by default the owner of the partner. */
  as?: string;
  path: string | ((customers: Customers) => string);
  /** Checked in every run, not only in the long form. The tests of the pages check most other states with axe, in English. */
  always?: true;
  /** Complaints of the browser that the state causes. */
  expected?: RegExp;
  /** Brings the page to the state, by its texts. */
  prepare?: (page: Page, texts: Texts) => Promise<unknown>;
};

/** A person whom the partner invites as a member. */
const COLLEAGUE = { as: 'colleague@acme.example' };

/** A long name with long words, as in other languages. */
const LONG_NAME = 'Пекарня «Мила» и сыновья и сыновья и сыновья и сыновья и сыновья';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const says = (page: Page, text: string) => page.getByText(text).first().waitFor();
const inDialog = (page: Page) => page.getByRole('dialog').filter({ visible: true });

/** Opens a dialog by its button. */
const dialog =
  (button: (texts: Texts) => string) =>
  async (page: Page, texts: Texts): Promise<void> => {
    await press(page, button(texts));
    await inDialog(page).waitFor();
  };

/** Opens the dialog of a dangerous action of a customer, which stands behind a menu. */
const dangerous =
  (action: (texts: Texts) => string) =>
  async (page: Page, texts: Texts): Promise<void> => {
    await press(page, texts.customer.actions);
    await page.getByRole('menuitem', { name: action(texts), exact: true }).click();
    await inDialog(page).waitFor();
  };

/** Sends requests that have to succeed, and makes customers. */
function caller(portal: TestPortal) {
  async function call(method: string, path: string, as: string, body?: object): Promise<void> {
    const { status, body: answer } = await portal.request(method, path, { as, body });
    if (status >= 300) throw new Error(`${method} ${path} answers ${status} ${JSON.stringify(answer)}`);
  }
  const invite = (name: string, email: string, fields: object = {}) => portal.register({ ...fields, name, email });
  /** A customer that has answered its invitation. */
  async function answered(answer: 'accept' | 'decline', name: string, email: string, fields?: object) {
    const made = await invite(name, email, fields);
    await call('POST', `/v1/customers/${made.id}/invite/${answer}`, email);
    return made;
  }
  return { call, invite, answered };
}

/** The results of the service for the rows of an import: most are registered. Nothing reaches the stack, whose list other states show. */
const RESULTS = [
  { customer: { id: 'one', createdAt: '2026-01-01T00:00:00.000Z' } },
  { customer: { id: 'two', createdAt: '2026-01-01T00:00:00.000Z' } },
  { customer: { id: 'three', createdAt: '2026-01-01T00:00:00.000Z' }, replayed: true },
  { problem: { code: 'CUSTOMER_EXISTS', status: 409, detail: 'You have a customer with this email address.' } },
];

/** Adds a file of four good rows and two bad ones, and goes to a page within the portal. */
const importing =
  ({ hasAnswer = false, goTo }: { hasAnswer?: boolean; goTo?: (texts: Texts) => string }) =>
  async (page: Page, texts: Texts): Promise<void> => {
    await page.route('**/v1/customers/batch', (route) =>
      hasAnswer ? route.fulfill({ json: { results: RESULTS } }) : Promise.resolve(),
    );
    await page.getByRole('tab', { name: texts.addCustomers.byFile }).click();
    const rows = ['Alder,a@alder.example', 'Birch,b@birch.example', 'Cedar,c@cedar.example', 'Elm,e@elm.example'];
    const content = ['name,email', ...rows, 'Fir,f@@fir.example', LONG_NAME].join('\n');
    const file = { name: 'новые клиенты 2026.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: /4/ }).click();
    await page.getByRole('heading', { level: 1, name: file.name }).waitFor();
    await says(page, hasAnswer ? texts.addCustomers.file.saveText : texts.imports.states.running);
    if (goTo)
      await page
        .getByRole('link', { name: goTo(texts) })
        .first()
        .click();
    if (goTo) await page.getByRole('heading', { level: 1, name: goTo(texts) }).waitFor();
  };

/** The customers of the program without approval. */
export async function yandexCustomers(portal: TestPortal) {
  const { call, invite, answered } = caller(portal);
  const person = {
    name: 'Mila Novak',
    longname: 'Mila Bakery and Pastry Shops Limited',
    phone: '+7 (812) 555-01-02',
    email: 'mila@bakery.example',
    postCode: '190000',
    postAddress: '28 Nevsky Avenue, Saint Petersburg',
    tin: '7801234567',
  };
  const expired = await invite('Old Mill', 'miller@mill.example');
  await portal.mailsTo('miller@mill.example');
  await portal.letExpire(expired.id);
  await portal.stack.runExpire();
  const declined = await answered('decline', 'Harbor Logistics', 'office@harbor.example');
  const quiet = await invite('Quiet House', 'anna@quiet.example');
  await call('POST', `/v1/customers/${quiet.id}/invite/decline`, 'anna@quiet.example', { noMoreInvitations: true });
  const suspended = await answered('accept', 'Ассоциация поставщиков строительных материалов', 'info@stroy.example', {
    language: 'ru',
  });
  await call('POST', `/v1/customers/${suspended.id}/suspend`, OWNER, { reason: 'The invoice for October is unpaid' });
  const bakery = await answered('accept', 'Mila Bakery', 'mila@bakery.example', {
    person,
    friendlyName: 'The bakery',
    adminEmails: ['it@bakery.example'],
  });
  const its = `/v1/customers/${bakery.id}`;
  await call('POST', `${its}/clouds`, OWNER, { name: 'bakery-web' });
  await call('POST', `${its}/clouds/link`, OWNER, { cloudId: 'b1gbakeryshop00000000' });
  const anna = { type: 'USER', id: 'anna@bakery.example' };
  const deltas = [{ action: 'ADD', roleId: 'billing.accounts.viewer', subject: anna }];
  await call('PATCH', `${its}/access`, OWNER, { deltas });
  const toPartner = { roleId: 'resource-manager.clouds.owner', subject: { type: 'PARTNER', id: 'acme' } };
  await call('PATCH', '/v1/me/clouds/b1gbakerysite00000000/access', 'mila@bakery.example', {
    deltas: [{ action: 'ADD', ...toPartner, expiresAt: '2099-12-31T17:00:00Z' }],
  });
  const fresh = await answered('accept', 'Workshop', 'ops@workshop.example');
  const bounced = await invite('Solar Fields', 'bounce@solar.example');
  await invite('Công ty Cổ phần Đại Việt', 'lienhe@daiviet.example', { language: 'vi' });
  const waiting = await invite(LONG_NAME, 'sofia@flowers.example');
  await portal.mailsTo('sofia@flowers.example');
  const roles = ['billing.accounts.editor', 'billing.accounts.accountant'];
  await call('PUT', `/v1/members/${COLLEAGUE.as}`, OWNER, { roles });
  await portal.stack.reports.idle();
  return { expired, declined, quiet, suspended, bakery, fresh, bounced, waiting };
}

type YandexCustomers = Awaited<ReturnType<typeof yandexCustomers>>;

const onList = { path: '/customers' };
const onBakery = { path: ({ bakery }: YandexCustomers) => `/customers/${bakery.id}` };
const pageOf = (customer: keyof YandexCustomers) => ({
  path: (customers: YandexCustomers) => `/customers/${customers[customer].id}`,
});
const invitationOf = (customer: keyof YandexCustomers) => ({
  path: (customers: YandexCustomers) => `/my/invitations/${customers[customer].id}`,
});
const SOFIA = { as: 'sofia@flowers.example' };
const MILA = { as: 'mila@bakery.example' };
const ANNA = { as: 'anna@quiet.example' };

/** Shows a customer's page as it is while the invitation's mail waits to be sent. */
async function queued(page: Page, texts: Texts): Promise<void> {
  await page.route('**/v1/customers/dn2*', async (route) => {
    const response = await route.fetch();
    const { invite, createdAt, ...customer } = (await response.json()) as CustomerAnswer;
    const { email, expiresAt } = invite ?? {};
    const delivery = { status: 'QUEUED', at: createdAt };
    await route.fulfill({ response, json: { ...customer, createdAt, invite: { email, expiresAt }, delivery } });
  });
  await page.route('**/v1/customers/dn2*/events*', async (route) => {
    const response = await route.fetch();
    const { events, ...rest } = (await response.json()) as { events: { at: string; mails?: object[] }[] };
    const waiting = events.map((event) => ({
      ...event,
      mails: event.mails?.map((mail) => ({ ...mail, status: 'QUEUED', at: event.at })),
    }));
    await route.fulfill({ response, json: { ...rest, events: waiting } });
  });
  await page.reload();
  await says(page, texts.customer.mail.QUEUED.replace(/\{\{.*/, ''));
  await page
    .locator('main li')
    .getByText(texts.delivery.QUEUED.replace(/\{\{.*/, ''))
    .waitFor();
}

export const YANDEX_STATES: PageState<YandexCustomers>[] = [
  { name: 'customers', ...onList, always: true },
  {
    name: 'customers-resend',
    ...onList,
    prepare: async (at, texts) => {
      for (const customer of [LONG_NAME, 'Old Mill']) {
        const name = texts.customers.select.replace('{{name}}', customer);
        await at.getByRole('checkbox', { name }).check({ force: true });
      }
      await dialog(({ resend }) => resend.button)(at, texts);
    },
  },
  { name: 'customers-navigation', ...onList, prepare: (at) => at.locator('.toggle button').dispatchEvent('click') },
  {
    name: 'customers-preferences',
    ...onList,
    prepare: dialog(({ customers }) => customers.preferences),
  },
  { name: 'customers-none', as: 'owner@globex.example', path: '/customers' },
  { name: 'customers-no-match', path: '/customers?query=Zebra' },
  {
    name: 'customers-not-read',
    expected: /ERR_FAILED/,
    ...onList,
    prepare: async (at, texts) => {
      await at.route('**/v1/customers?*', (route) => route.abort());
      await at.reload();
      await says(at, texts.customers.notRead);
    },
  },
  {
    name: 'add-form',
    path: '/customers/add',
    always: true,
    prepare: async (at, texts) => {
      const { fields, errors } = texts.addCustomers;
      await at.locator('form button[aria-expanded="false"]').last().click();
      await at.getByLabel(fields.name, { exact: true }).fill('Green Valley Farms');
      await at.getByLabel(fields.email, { exact: true }).fill('office@@valley.example');
      await at.keyboard.press('Enter');
      await says(at, errors.emailNotValid);
    },
  },
  {
    name: 'add-again',
    path: ({ declined }) => `/customers/add?again=${declined.id}`,
    prepare: (at, texts) => says(at, texts.addCustomers.served),
  },
  {
    name: 'add-cancel',
    path: '/customers/add',
    prepare: async (at, texts) => {
      await at.getByText(texts.addCustomers.served, { exact: true }).click();
      await at.getByLabel(texts.addCustomers.fields.name, { exact: true }).fill('Green Valley Farms');
      await dialog((all) => all.cancel)(at, texts);
    },
  },
  {
    name: 'add-flash',
    path: '/customers/add',
    prepare: async (at, texts) => {
      // Nobody is added: the states after this one have the same customers.
      await at.route('**/v1/customers/batch', (route) => {
        const customer = { name: LONG_NAME, id: 'dn2none0000000000000', email: '' };
        return route.fulfill({ json: { results: [{ customer }] } });
      });
      await at.getByLabel(texts.addCustomers.fields.name, { exact: true }).fill('Green Valley Farms');
      await at.getByLabel(texts.addCustomers.fields.email, { exact: true }).fill('office@valley.example');
      await at.keyboard.press('Enter');
      await at.locator('.notifications').getByRole('link').first().waitFor();
    },
  },
  { name: 'closed-role', as: VIEWER, path: '/customers/add' },
  { name: 'closed-operator', path: '/approvals' },
  {
    name: 'add-file',
    path: '/customers/add',
    prepare: async (at, texts) => {
      await at.getByRole('tab', { name: texts.addCustomers.byFile }).click();
      const rows = readFileSync(join(import.meta.dirname, '../data/customers.csv'), 'utf8').split('\n');
      const wrong = ['No email,,,,,,,,,', 'Mill,,,!,mill@mill.example,,,,7.80E+09,', '"Quote,,,,,,,,,', rows[1]];
      const buffer = Buffer.from([...rows.slice(0, 9), ...wrong].join('\n'));
      const file = { name: 'customers.csv', mimeType: 'text/csv', buffer };
      await at.locator('input[type=file]').setInputFiles(file);
      await says(at, texts.addCustomers.file.correctText);
      // The copy is wrong as a whole: its fields are shown on request.
      await at
        .getByRole('button', { name: texts.addCustomers.file.otherFieldsNamed.replace('{{number}}', '13') })
        .click();
      await at.evaluate('scrollTo(0, 0)');
    },
  },
  { name: 'customer-active', ...onBakery, always: true },
  {
    name: 'customer-from-list',
    ...onList,
    prepare: async (at, texts) => {
      await at.getByRole('link', { name: LONG_NAME }).click();
      await at.getByRole('link', { name: texts.customer.neighbours.next }).waitFor();
    },
  },
  { name: 'customer-without-clouds', ...pageOf('fresh') },
  { name: 'customer-waiting', ...pageOf('waiting') },
  { name: 'customer-queued', ...pageOf('waiting'), prepare: queued },
  { name: 'customer-of-a-viewer', ...pageOf('waiting'), as: VIEWER },
  { name: 'customer-bounced', ...pageOf('bounced') },
  { name: 'customer-suspended', ...pageOf('suspended') },
  { name: 'customer-declined', ...pageOf('declined') },
  { name: 'customer-declined-no-more', ...pageOf('quiet') },
  { name: 'customer-expired', ...pageOf('expired') },
  { name: 'customer-gone', path: '/customers/dn2none0000000000000', expected: /404/ },
  { name: 'customer-edit', ...onBakery, prepare: (at, texts) => press(at, texts.customer.edit.button) },
  {
    name: 'customer-create-cloud',
    ...onBakery,
    prepare: async (at, texts) => {
      await dialog(({ clouds }) => clouds.create)(at, texts);
      await inDialog(at).getByRole('textbox').first().fill('Shop_');
      await at.keyboard.press('Enter');
      await says(at, texts.clouds.nameInvalid);
    },
  },
  {
    name: 'customer-link-cloud',
    ...onBakery,
    prepare: async (at, texts) => {
      await dialog(({ clouds }) => clouds.link)(at, texts);
      await says(at, texts.clouds.unlinkable.ALREADY_LINKED);
    },
  },
  {
    name: 'customer-unlink-cloud',
    ...onBakery,
    prepare: dialog(({ clouds }) => clouds.unlinkNamed.replace('{{name}}', 'bakery-shop')),
  },
  { name: 'customer-grant-role', ...onBakery, prepare: dialog(({ access }) => access.grant) },
  { name: 'customer-suspend', ...onBakery, prepare: dangerous(({ customer }) => customer.suspend) },
  { name: 'customer-delete', ...pageOf('expired'), prepare: dangerous(({ customer }) => customer.delete) },
  { name: 'members', path: '/members' },
  { name: 'members-add', path: '/members', prepare: dialog(({ members }) => members.invite) },
  {
    name: 'members-remove',
    path: '/members',
    prepare: dialog(({ members }) => members.removeNamed.replace('{{id}}', 'editor@acme.example')),
  },
  {
    name: 'members-withdraw',
    path: '/members',
    prepare: dialog(({ members }) => members.withdrawNamed.replace('{{id}}', COLLEAGUE.as)),
  },
  { name: 'my-memberships', ...COLLEAGUE, path: '/my/invitations' },
  {
    name: 'my-membership-decline',
    ...COLLEAGUE,
    path: '/my/invitations',
    prepare: dialog(({ myInvitations }) =>
      myInvitations.membership.declineNamed.replace('{{partner}}', 'Acme Integrators'),
    ),
  },
  { name: 'my-invitations', ...SOFIA, path: '/my/invitations' },
  { name: 'my-invitation-open', ...SOFIA, ...invitationOf('waiting'), always: true },
  {
    name: 'my-invitation-decline',
    ...SOFIA,
    ...invitationOf('waiting'),
    prepare: dialog(({ myInvitations }) => myInvitations.one.decline),
  },
  { name: 'my-invitation-confirmed', ...MILA, ...invitationOf('bakery') },
  { name: 'my-invitation-next', as: 'ops@workshop.example', ...invitationOf('fresh') },
  { name: 'my-invitation-declined', ...ANNA, ...invitationOf('quiet') },
  { name: 'my-invitations-blocked', ...ANNA, path: '/my/invitations' },
  { name: 'my-clouds', ...MILA, path: '/my/clouds' },
  {
    name: 'my-clouds-grant',
    ...MILA,
    path: '/my/clouds',
    prepare: dialog(({ myClouds }) => myClouds.grantNamed.replace('{{name}}', 'bakery-site')),
  },
  {
    name: 'my-clouds-link',
    ...MILA,
    path: '/my/clouds',
    prepare: dialog(({ myClouds }) => myClouds.linkNamed.replace('{{name}}', 'bakery-site')),
  },
  {
    name: 'my-clouds-unlink',
    ...MILA,
    path: '/my/clouds',
    prepare: dialog(({ clouds }) => clouds.unlinkNamed.replace('{{name}}', 'bakery-shop')),
  },
  { name: 'second-factor', path: '/my/second-factor' },
  {
    name: 'second-factor-key',
    path: '/my/second-factor',
    prepare: async (page, texts) => {
      await press(page, texts.secondFactor.setUp);
      await page.getByRole('img', { name: texts.secondFactor.picture }).waitFor();
    },
  },
  { name: 'my-clouds-none', as: NOBODY, path: '/my/clouds' },
  { name: 'my-invitation-gone', as: NOBODY, ...invitationOf('bakery'), expected: /404/ },
  { name: 'my-invitations-none', as: NOBODY, path: '/my/invitations' },
  { name: 'no-partner', as: NOBODY, path: '/' },
  {
    name: 'approvals-not-needed',
    as: OPERATOR,
    path: '/approvals',
    prepare: (at, texts) => says(at, texts.approvals.neverText),
  },
  { name: 'not-found', path: '/nowhere' },
  {
    name: 'sign-in-failed',
    as: NOBODY,
    path: '/my/invitations',
    prepare: async (at, texts) => {
      await at.goto(new URL('/?error=access_denied&state=unknown', at.url()).href);
      await says(at, texts.signIn.failed);
    },
  },
  {
    name: 'signed-out',
    as: VIEWER,
    path: '/customers',
    prepare: async (at, texts) => {
      await at.locator('h1').waitFor();
      // The message that another tab of the same person sends.
      await at.evaluate(`{
        const user = Object.keys(sessionStorage).find((key) => key.startsWith('oidc.user'));
        new BroadcastChannel('portal.signedOut').postMessage(JSON.parse(sessionStorage.getItem(user)).profile.sub);
      }`);
      await says(at, texts.signIn.out);
    },
  },
  {
    name: 'nothing-answers',
    expected: /ERR_FAILED/,
    path: '/customers',
    prepare: async (at, texts) => {
      await at.route('**/v1/me', (route) => route.abort());
      await at.reload();
      await says(at, texts.problem.noAnswer);
    },
  },
  { name: 'imports-none', path: '/customers/imports', prepare: (at, texts) => says(at, texts.imports.none) },
  { name: 'import-running', path: '/customers/add', prepare: importing({}) },
  { name: 'import-refused', path: '/customers/add', always: true, prepare: importing({ hasAnswer: true }) },
  {
    name: 'import-elsewhere',
    path: '/customers/add',
    prepare: importing({ goTo: ({ customers }) => customers.title }),
  },
  {
    name: 'imports',
    path: '/customers/add',
    prepare: importing({ hasAnswer: true, goTo: ({ imports }) => imports.title }),
  },
];

/** The customers of the program in which the provider approves. */
export async function vngCustomers(portal: TestPortal) {
  const { call, answered } = caller(portal);
  const confirmed = async (name: string, email: string) => {
    await call('PUT', `/v1/provider/accounts/${email}`, OPERATOR, ELIGIBLE);
    return answered('accept', name, email);
  };
  const rejected = await confirmed('Coastal Traders', 'office@coastal.example');
  await call('POST', `/v1/customers/${rejected.id}/reject`, OPERATOR, { reason: 'The company could not be verified' });
  const approved = await confirmed('Workshop', 'ops@workshop.example');
  await call('POST', `/v1/customers/${approved.id}/approve`, OPERATOR);
  const waiting = await confirmed(LONG_NAME, 'mila@bakery.example');
  await confirmed('Công ty Cổ phần Đại Việt', 'lienhe@daiviet.example');
  await confirmed('Northern Lights Observatory and Planetarium Association', 'hello@lights.example');
  return { rejected, waiting };
}

type VngCustomers = Awaited<ReturnType<typeof vngCustomers>>;

const onApprovals = { as: OPERATOR, path: '/approvals' };
const onApproval = { as: OPERATOR, path: ({ waiting }: VngCustomers) => `/approvals/${waiting.id}` };

export const VNG_STATES: PageState<VngCustomers>[] = [
  { name: 'approvals', ...onApprovals },
  { name: 'approval', ...onApproval },
  {
    name: 'approval-approve',
    ...onApproval,
    prepare: dialog(({ approvals: { approveNamed } }) => approveNamed.replace('{{name}}', LONG_NAME)),
  },
  {
    name: 'approval-reject',
    ...onApproval,
    prepare: dialog(({ approvals: { rejectNamed } }) => rejectNamed.replace('{{name}}', LONG_NAME)),
  },
  { name: 'my-invitation-approval', ...MILA, path: ({ waiting }) => `/my/invitations/${waiting.id}` },
  {
    name: 'my-invitation-change-name',
    ...MILA,
    path: ({ waiting }) => `/my/invitations/${waiting.id}`,
    prepare: dialog(({ myInvitations }) => myInvitations.one.changeName),
  },
  { name: 'customer-awaiting-approval', path: ({ waiting }) => `/customers/${waiting.id}` },
  { name: 'customer-rejected', path: ({ rejected }) => `/customers/${rejected.id}` },
];
