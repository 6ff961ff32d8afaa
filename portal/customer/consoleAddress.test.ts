import { expect, it } from 'vitest';
import { consoleAddress } from './consoleAddress.ts';

it('an address of the console has the ids in their places, and no id breaks out of its place', () => {
  const template = 'https://c.example/o/{organizationId}/clouds/{cloudId}?id={cloudId}';
  expect(consoleAddress(template, { cloudId: 'b1g1', organizationId: 'bpf1' })).toBe(
    'https://c.example/o/bpf1/clouds/b1g1?id=b1g1',
  );
  expect(consoleAddress('https://c.example/{organizationId}', { organizationId: '../?x#$&' })).toBe(
    'https://c.example/..%2F%3Fx%23%24%26',
  );
});
