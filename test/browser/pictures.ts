/**
 * `npm run pictures`: every page of the portal and every state of the invitation page, on a desk and on a phone, light and dark, in every
 * language. Writes them to `dist/pages`, with a sheet of each page and `index.html` that shows them all.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { linkIn } from '../../local/inbox.ts';
import { type LocalStack, startLocalStack } from '../../local/localStack.ts';
import { messages as en } from '../../portal/messages/en/index.ts';
import { messages as ru } from '../../portal/messages/ru/index.ts';
import { messages as vi } from '../../portal/messages/vi/index.ts';
import { LANGUAGES } from '../../shared/program.ts';
import { launchChromium } from './chromium.ts';
import { type PictureSection, pictureIndex } from './pictureIndex.ts';

const MESSAGES = { en, ru, vi };
const SCHEMES = ['light', 'dark'] as const;
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 375, height: 740 } };
/** How wide a picture is on its sheet. */
const SHEET_WIDTHS = { desktop: 630, phone: 260 };
const MAIL_PATIENCE_MS = 30_000;

const OWNER = 'owner@acme.example';
const OPERATOR = 'operator@provider.example';
const NOBODY = 'nobody@nowhere.example';
const VIEWER = 'viewer@acme.example';

type Language = keyof typeof MESSAGES;
type Texts = (typeof MESSAGES)[Language];

/** A page of the portal, and how to get to what is pictured of it. */
type Shot = { name: string; as?: string; path: string; prepare?: (page: Page, texts: Texts) => Promise<unknown> };
/** A state of the invitation page. */
type InviteShot = {
  name: string;
  state: string;
  link: string;
  prepare?: (page: Page) => Promise<unknown>;
  /** The button that leads from the invitation to this state. */
  pressed?: 'primary' | 'plain';
};
type Shots = { pages: Shot[]; invitations: InviteShot[] };

const folder = join(import.meta.dirname, '../../dist/pages');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const sections: PictureSection[] = [];
const browser = await launchChromium();

/** Takes all pictures of a program, on a stack of its own. */
async function picture(program: string, prepare: (customers: ReturnType<typeof speakTo>) => Promise<Shots>) {
  console.log(`starting the program ${program}`);
  const directory = mkdtempSync(join(tmpdir(), 'partner-portal-pictures-'));
  const stack = await startLocalStack({ program, directory, inMemory: true, schedules: false, throttling: false });
  try {
    const { pages, invitations } = await prepare(speakTo(stack));
    await stack.reports.idle();
    const open = new Map<string, Page>();
    for (const shot of pages) {
      const { as = OWNER } = shot;
      const page = open.get(as) ?? (await signIn(stack, as));
      open.set(as, page);
      await picturePage(stack, page, shot);
    }
    for (const shot of invitations) await pictureInvitation(shot);
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A tab in which somebody is signed in, for all their pages. */
async function signIn({ portalUrl }: LocalStack, account: string): Promise<Page> {
  const page = await browser.newPage({ locale: 'en-US', viewport: SIZES.desktop });
  await page.goto(`${portalUrl}/my/invitations`);
  await page.getByLabel('Email address').fill(account);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('h1').waitFor();
  return page;
}

async function picturePage({ portalUrl }: LocalStack, page: Page, { name, path, prepare }: Shot): Promise<void> {
  await page.unrouteAll();
  for (const language of LANGUAGES) {
    await page.setViewportSize(SIZES.desktop);
    await page.evaluate(`localStorage.setItem('portal.language', '"${language}"')`);
    if (!prepare) await page.goto(portalUrl + path, { waitUntil: 'networkidle' });
    else {
      await page.goto(portalUrl + path);
      await prepare(page, MESSAGES[language]);
      await page.waitForLoadState('networkidle');
    }
    await page.waitForFunction(`!document.body.innerText.includes('${MESSAGES[language].loading}')`);
    await takeAll(page, name, language);
  }
  shown(name);
}

async function pictureInvitation({ name, state, link, prepare, pressed }: InviteShot): Promise<void> {
  const page = await browser.newPage({ locale: 'en-US' });
  await prepare?.(page);
  await page.goto(link);
  if (pressed) await page.locator(`button.${pressed}`).click();
  await page.locator(`[data-page=${state}]`).waitFor();
  for (const language of LANGUAGES) {
    await page.locator(`#languages [lang=${language}]`).click();
    await takeAll(page, name, language);
  }
  await page.close();
  shown(name);
}

const fileOf = (name: string, language: string, scheme: string, size: string) =>
  `${name}.${language}.${scheme}.${size}.png`;

/** What a page shows now, in each appearance and size. */
async function takeAll(page: Page, name: string, language: Language): Promise<void> {
  for (const size of ['desktop', 'phone'] as const) {
    await page.setViewportSize(SIZES[size]);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      // A dialog covers what is in the window, and no more.
      const fullPage = (await page.getByRole('dialog').filter({ visible: true }).count()) === 0;
      const path = join(folder, fileOf(name, language, colorScheme, size));
      await page.screenshot({ path, fullPage, animations: 'disabled' });
    }
  }
}

/** Adds a page that has been pictured to the index: a row for each size, the languages side by side. */
function shown(name: string): void {
  const pictures = (['desktop', 'phone'] as const).flatMap((size) =>
    SCHEMES.flatMap((scheme) =>
      LANGUAGES.map((language) => {
        const file = fileOf(name, language, scheme, size);
        return { file, width: SHEET_WIDTHS[size], href: file };
      }),
    ),
  );
  sections.push({ id: name, heading: name, pictures });
  console.log(`${String(sections.length).padStart(3)} ${name}`);
}

type Made = { id: string; link: string };

/** Speaks to a stack over HTTP, as its users do. */
function speakTo(stack: LocalStack) {
  async function call<Answer>(method: string, path: string, as: string, body?: object): Promise<Answer> {
    const response = await fetch(stack.portalUrl + path, {
      method,
      headers: { authorization: `Bearer ${await stack.token(as)}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answers ${response.status} ${text}`);
    // A 204 has no body.
    return JSON.parse(text || 'null') as Answer;
  }

  /** A customer that has been invited, and its link. */
  async function invite(name: string, email: string, fields: object = {}): Promise<Made> {
    const { id } = await call<{ id: string }>('POST', '/v1/customers', OWNER, { ...fields, name, email });
    for (const patience = Date.now() + MAIL_PATIENCE_MS; Date.now() < patience; await setTimeout(50)) {
      const mail = stack.inbox().find(({ destination }) => destination.to.includes(email));
      if (mail) return { id, link: linkIn(mail) };
    }
    throw new Error(`No mail to ${email} has come`);
  }

  /** A customer that has answered. */
  async function answered(answer: 'accept' | 'decline', name: string, email: string, fields?: object): Promise<Made> {
    const made = await invite(name, email, fields);
    await call('POST', `/v1/customers/${made.id}/invite/${answer}`, email);
    return made;
  }

  async function letExpire({ id }: Made): Promise<void> {
    const body = JSON.stringify({ customerId: id });
    await fetch(`${stack.oidcIssuer}/local/expire-customer`, { method: 'POST', body });
    await stack.runExpire();
  }

  return { portalUrl: stack.portalUrl, call, invite, answered, letExpire };
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const says = (page: Page, text: string) => page.getByText(text).first().waitFor();
const inDialog = (page: Page) => page.getByRole('dialog').filter({ visible: true });

/** Opens a dialog by its button. */
const dialog =
  (button: (texts: Texts) => string): NonNullable<Shot['prepare']> =>
  async (page, texts) => {
    await press(page, button(texts));
    await inDialog(page).waitFor();
  };

/** The pages of a program under which whoever confirms is a customer. */
async function yandex({ portalUrl, call, invite, answered, letExpire }: ReturnType<typeof speakTo>): Promise<Shots> {
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
  await letExpire(expired);
  const declined = await answered('decline', 'Harbor Logistics', 'office@harbor.example');
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
  const fresh = await answered('accept', 'Workshop', 'ops@workshop.example');
  const bounced = await invite('Solar Fields', 'bounce@solar.example');
  await invite('Công ty Cổ phần Đại Việt', 'lienhe@daiviet.example', { language: 'vi' });
  const waiting = await invite('Sofia Flowers', 'sofia@flowers.example');

  const onList = { path: '/customers' };
  const onBakery = { path: `/customers/${bakery.id}` };
  const page = (name: string, { id }: Made): Shot => ({ name, path: `/customers/${id}` });
  return {
    pages: [
      { name: 'customers', ...onList },
      {
        name: 'customers-resend',
        ...onList,
        prepare: async (at, texts) => {
          for (const customer of ['Sofia Flowers', 'Old Mill']) {
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
        prepare: async (at) => {
          await at.locator('main button[class*=trigger-button]').click();
          await inDialog(at).waitFor();
        },
      },
      { name: 'customers-none', as: 'owner@globex.example', path: '/customers' },
      { name: 'customers-no-match', path: '/customers?query=Zebra' },
      {
        name: 'customers-not-read',
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
        prepare: async (at, texts) => {
          const { fields, errors } = texts.addCustomers;
          await at.getByLabel(fields.name, { exact: true }).fill('Green Valley Farms');
          await at.getByLabel(fields.email, { exact: true }).fill('office@@valley.example');
          await at.keyboard.press('Enter');
          await says(at, errors.emailNotValid);
        },
      },
      {
        name: 'add-file',
        path: '/customers/add',
        prepare: async (at, texts) => {
          await at.getByRole('tab', { name: texts.addCustomers.byFile }).click();
          const rows = readFileSync(join(import.meta.dirname, '../data/customers.csv'), 'utf8').split('\n');
          const buffer = Buffer.from([...rows.slice(0, 9), 'No email,,,,,,,,,'].join('\n'));
          const file = { name: 'customers.csv', mimeType: 'text/csv', buffer };
          await at.locator('input[type=file]').setInputFiles(file);
          await says(at, texts.addCustomers.file.reason);
        },
      },
      { name: 'customer-active', ...onBakery },
      page('customer-without-clouds', fresh),
      page('customer-waiting', waiting),
      { ...page('customer-of-a-viewer', waiting), as: VIEWER },
      page('customer-bounced', bounced),
      page('customer-suspended', suspended),
      page('customer-declined', declined),
      page('customer-expired', expired),
      { name: 'customer-gone', path: '/customers/dn2none0000000000000' },
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
      { name: 'customer-suspend', ...onBakery, prepare: dialog(({ customer }) => customer.suspend) },
      { ...page('customer-delete', expired), prepare: dialog(({ customer }) => customer.delete) },
      { name: 'members', path: '/members' },
      { name: 'members-add', path: '/members', prepare: dialog(({ members }) => members.add) },
      {
        name: 'members-remove',
        path: '/members',
        prepare: dialog(({ members }) => members.removeNamed.replace('{{id}}', 'editor@acme.example')),
      },
      { name: 'my-invitations', as: 'sofia@flowers.example', path: '/my/invitations' },
      { name: 'my-invitation-open', as: 'sofia@flowers.example', path: `/my/invitations/${waiting.id}` },
      {
        name: 'my-invitation-decline',
        as: 'sofia@flowers.example',
        path: `/my/invitations/${waiting.id}`,
        prepare: dialog(({ myInvitations }) => myInvitations.one.decline),
      },
      { name: 'my-invitation-confirmed', as: 'mila@bakery.example', path: `/my/invitations/${bakery.id}` },
      { name: 'my-invitation-gone', as: NOBODY, path: `/my/invitations/${bakery.id}` },
      { name: 'my-invitations-none', as: NOBODY, path: '/my/invitations' },
      { name: 'no-partner', as: NOBODY, path: '/' },
      { name: 'approvals-not-needed', as: OPERATOR, path: '/approvals' },
      { name: 'not-found', path: '/nowhere' },
      { name: 'sign-in-failed', as: NOBODY, path: '/?error=access_denied&state=unknown' },
      {
        name: 'signed-out',
        as: VIEWER,
        path: '/customers',
        prepare: async (at, texts) => {
          await at.locator('h1').waitFor();
          // As another tab of the same person tells it.
          await at.evaluate(`{
            const user = Object.keys(sessionStorage).find((key) => key.startsWith('oidc.user'));
            new BroadcastChannel('portal.signedOut').postMessage(JSON.parse(sessionStorage.getItem(user)).profile.sub);
          }`);
          await says(at, texts.signIn.out);
        },
      },
      {
        name: 'nothing-answers',
        path: '/customers',
        prepare: async (at, texts) => {
          await at.route('**/v1/me', (route) => route.abort());
          await at.reload();
          await says(at, texts.problem.noAnswer);
        },
      },
    ],
    invitations: [
      { name: 'invite-open', state: 'open', link: waiting.link },
      { name: 'invite-decline', state: 'sure', link: waiting.link, pressed: 'plain' },
      { name: 'invite-confirmed', state: 'ACTIVE', link: bakery.link },
      { name: 'invite-suspended', state: 'SUSPENDED', link: suspended.link },
      { name: 'invite-declined', state: 'DECLINED', link: declined.link },
      { name: 'invite-expired', state: 'EXPIRED', link: expired.link },
      { name: 'invite-damaged-link', state: 'linkInvalid', link: waiting.link.slice(0, -3) },
      { name: 'invite-without-token', state: 'noToken', link: `${portalUrl}/invite/accept/${waiting.id}` },
      {
        name: 'invite-offline',
        state: 'offline',
        link: waiting.link,
        prepare: (at) => at.route('**/v1/invites/preview', (route) => route.abort()),
      },
      {
        name: 'invite-busy',
        state: 'busy',
        link: waiting.link,
        prepare: (at) =>
          at.route('**/v1/invites/preview', (route) =>
            route.fulfill({ status: 503, headers: { 'retry-after': '30' } }),
          ),
      },
    ],
  };
}

/** The pages of a program under which the provider approves. */
async function vng({ call, invite, answered }: ReturnType<typeof speakTo>): Promise<Shots> {
  const confirmed = async (name: string, email: string) => {
    await call('PUT', `/v1/provider/accounts/${email}`, OPERATOR, ELIGIBLE);
    return answered('accept', name, email);
  };
  const rejected = await confirmed('Coastal Traders', 'office@coastal.example');
  await call('POST', `/v1/customers/${rejected.id}/reject`, OPERATOR, { reason: 'The company could not be verified' });
  const approved = await confirmed('Workshop', 'ops@workshop.example');
  await call('POST', `/v1/customers/${approved.id}/approve`, OPERATOR);
  const waiting = await confirmed('Mila Bakery', 'mila@bakery.example');
  await confirmed('Công ty Cổ phần Đại Việt', 'lienhe@daiviet.example');
  await confirmed('Northern Lights Observatory and Planetarium Association', 'hello@lights.example');

  await call('PUT', '/v1/provider/accounts/hi@changed.example', OPERATOR, ELIGIBLE);
  const changed = await invite('Changed Since', 'hi@changed.example');
  await call('PUT', '/v1/provider/accounts/hi@changed.example', OPERATOR, { ...ELIGIBLE, discounts: true, poc: true });

  const approvals = { as: OPERATOR, path: '/approvals' };
  const approval = { as: OPERATOR, path: `/approvals/${waiting.id}` };
  return {
    pages: [
      { name: 'approvals', ...approvals },
      { name: 'approval', ...approval },
      {
        name: 'approval-approve',
        ...approval,
        prepare: dialog(({ approvals: { approveNamed } }) => approveNamed.replace('{{name}}', 'Mila Bakery')),
      },
      {
        name: 'approval-reject',
        ...approval,
        prepare: dialog(({ approvals: { rejectNamed } }) => rejectNamed.replace('{{name}}', 'Mila Bakery')),
      },
      { name: 'customer-awaiting-approval', path: `/customers/${waiting.id}` },
      { name: 'customer-rejected', path: `/customers/${rejected.id}` },
    ],
    invitations: [
      { name: 'invite-awaiting-approval', state: 'APPROVAL_REQUIRED', link: waiting.link },
      { name: 'invite-rejected', state: 'REJECTED', link: rejected.link },
      { name: 'invite-not-eligible', state: 'notEligible', link: changed.link, pressed: 'primary' },
    ],
  };
}

try {
  await picture('yandex', yandex);
  await picture('vng', vng);
  const index = join(folder, 'index.html');
  writeFileSync(index, pictureIndex('Pages', sections));
  const sheets = await browser.newPage({ viewport: { width: 1960, height: 900 } });
  await sheets.goto(`file://${index}`);
  for (const { id } of sections) await sheets.locator(`#${id}`).screenshot({ path: join(folder, `${id}.png`) });
  console.log(`${sections.length} pages, ${sections.flatMap(({ pictures }) => pictures).length} pictures: ${index}`);
} finally {
  await browser.close();
}
