/** The log of a partner's members, in a real browser against the local stack. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { OPERATOR, testStack } from '../stack.ts';
import { portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, viewer: VIEWER } = portal.partner;
const { open } = portalBrowser(portal);

const logEntry = (page: Page, text: string) => page.getByRole('list', { name: 'Log' }).getByText(text);

it('an owner reads in the log who viewed a customer, what else was changed of a member, and entries of a newer version', async () => {
  // More entries than the page shows at once.
  for (let n = 1; n <= 25; n++) {
    const body = { roles: ['billing.accounts.editor'], federated: n % 2 === 1 };
    await portal.request('PUT', `/v1/members/${portal.partner.editor}`, { as: OWNER, body });
  }
  const { id } = await portal.register();
  await portal.request('GET', `/v1/customers/${id}/events`, { as: OPERATOR });
  const body = { roles: ['billing.accounts.viewer'], federated: true };
  await portal.request('PUT', `/v1/members/${VIEWER}`, { as: OWNER, body });
  const page = await open('/members');
  const item = page.getByRole('list', { name: 'Log' }).getByRole('listitem');
  await item
    .filter({ hasText: `The provider viewed the customer ${id}.` })
    .filter({ hasText: '· Yandex Cloud' })
    .waitFor();
  await logEntry(page, `${VIEWER} was changed: Viewer. Signs in through an identity federation.`).waitFor();

  // The focus stays on the page when the last older entries are shown.
  const more = page.getByRole('button', { name: 'Show older entries' });
  await more.focus();
  // While entries are on their way, the button does nothing.
  await expect
    .poll(async () => {
      await page.keyboard.press('Enter');
      return more.count();
    })
    .toBe(0);
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');

  const at = new Date().toISOString();
  const events = [
    { id: '1', type: 'PartnerDissolved', at, actor: OWNER, data: {} },
    ...['ACCOUNT_USES_POC', 'ACCOUNT_NOT_ELIGIBLE'].map((code) => ({
      ...{ id: code, type: 'RegistrationRefused', at, actor: OWNER },
      data: { email: `${code}@x.example`, code },
    })),
  ];
  await page.route('**/v1/partner/events*', (route) => route.fulfill({ json: { events } }));
  await page.reload();
  await logEntry(page, 'Another change: PartnerDissolved.').waitFor();
  const refused = (code: string) => `The registration of ${code}@x.example was refused because of the account.`;
  await logEntry(page, `${refused('ACCOUNT_USES_POC')} The account is using a POC service.`).waitFor();
  await logEntry(page, refused('ACCOUNT_NOT_ELIGIBLE')).waitFor();
});
