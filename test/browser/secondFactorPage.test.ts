/** A person is led to the page on which it sets up a second factor, and then acts. */
import { describe, expect, it } from 'vitest';
import { codeNow } from '../../local/secondFactors.ts';
import { OPERATOR, ownStack } from '../stack.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = ownStack({ secondFactor: true });
const { enter, signIn } = portalBrowser(portal);

describe('an operator without a second factor', () => {
  it('is led from the refusal to the page, sets it up, signs in again, and reads the approvals', async () => {
    const page = await enter('/approvals', {
      as: OPERATOR,
      expected: /status (403|400)|console error: .*(403|400)|ERR_FAILED/,
    });
    await page.getByText('This needs a second factor.').first().waitFor();
    await page.getByRole('link', { name: 'Second factor' }).click();
    await page.getByText('You have no second factor yet.').waitFor();
    await page.getByRole('button', { name: 'Set up', exact: true }).click();
    await page.getByRole('img', { name: /The key as a picture/ }).waitFor();
    await expectAccessible(page);
    const secret = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? '';
    const code = page.getByRole('textbox', { name: 'Code from the app' });
    const right = codeNow(secret, portal.stack.clock.now());
    await code.fill(right === '000000' ? '000001' : '000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('This code is not right.').waitFor();
    await code.fill(codeNow(secret, portal.stack.clock.now()).replace(/(...)/, '$1 '));
    // The end of the sessions gets no answer, and then one.
    let signOuts = 0;
    await page.route('**/second-factor', (route) => {
      if (!route.request().headers()['x-amz-target']?.endsWith('.GlobalSignOut')) return route.continue();
      signOuts += 1;
      return signOuts > 3 ? route.continue() : route.abort();
    });
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('your other sessions have not ended').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'End all sessions' }).click();
    await page.getByText('The second factor is set up. Your other sessions have ended.').waitFor();
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await signIn(page, OPERATOR);
    await page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor();
    await page.getByText('No customers await approval').waitFor();
    expect(await page.getByText('This needs a second factor.').count()).toBe(0);
  });
});
