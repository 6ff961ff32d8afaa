/** A smoke test that fails, and `npm run demo`, on the local stack. */
import { expect, test } from 'vitest';
import { customerKey } from '../../shared/table/keys.ts';
import { testStack } from '../stack.ts';
import { itemsOf } from '../table.ts';
import { naming, runOn } from './runOn.ts';

const portal = testStack('vng');

const smoke = (...args: string[]) => runOn(portal, 'cli/smoke.ts', 'local', ...args);

test('a smoke test that fails says why, and removes what it made, too', async () => {
  const { stack } = portal;
  const address = portal.partner.at('smoke-fails');
  stack.aws.interfere = ({ functionName }) => (functionName === 'createCloud' ? { before: () => 'refuse' } : undefined);
  const failed = await smoke('--customer', address).then(
    () => undefined,
    (error: { stdout: string; stderr: string }) => error,
  );
  stack.aws.interfere = () => undefined;
  expect(failed?.stdout).toMatch(/\/clouds → 5\d\d/);
  expect(failed?.stdout).not.toContain('The whole story works');
  const [, customerId = ''] = /(dn2\w+) “Smoke test”/.exec(failed?.stdout ?? '') ?? [];
  expect(naming(await itemsOf(stack), customerId)).toEqual([customerKey(customerId)]);
});

test('the demo plays the whole story', async () => {
  const said = await runOn(portal, 'local/demo.ts');
  expect(said).toContain('the provider approves the customer');
  expect(said).toMatch(/That was the whole story\. The mails are at \S+\n$/);
});
