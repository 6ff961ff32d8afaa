/** `npm run smoke` on the local stack, under the program whose provider approves. */
import { expect, test } from 'vitest';
import { accountKey, customerKey, myCustomersOf } from '../../shared/table/keys.ts';
import { testStack } from '../stack.ts';
import { itemsOf } from '../table.ts';
import { naming, runOn } from './runOn.ts';

const portal = testStack('vng');

const smoke = (...args: string[]) => runOn(portal, 'cli/smoke.ts', 'local', ...args);

test('the smoke test plays the whole story, and removes what it made', async () => {
  const address = portal.partner.at('smoke');
  const said = await smoke('--customer', address);
  expect(said).toContain('The mail is DELIVERED');
  expect(said).toContain('the provider approves the customer');
  expect(said).toMatch(/The whole story works on local\.\n$/);
  const [, customerId = ''] = /(dn2\w+) “Smoke test”/.exec(said) ?? [];
  const [, cloudId = ''] = /(\S+) smoke-\w+, billed to/.exec(said) ?? [];

  const items = await itemsOf(portal.stack);
  // The tombstone, by which a late repetition of the request is recognised.
  expect(naming(items, customerId)).toEqual([customerKey(customerId)]);
  expect(cloudId).not.toBe('');
  expect(naming(items, cloudId)).toEqual([]);
  // The account of the address in the provider's directory; and the recipient's pause, without its address.
  expect(naming(items, address)).toEqual([accountKey(address)]);
  const mailed = items.filter(({ pk }) => pk === myCustomersOf(`USER#${address}`)).map(({ sk }) => sk);
  expect(mailed).toEqual([expect.stringMatching(/^MAILED_BY#/)]);
});
