import { expect, test } from 'vitest';
import { newCloudId, newCustomerId } from './ids.ts';

const keyed = (key: string) => ({ key, request: 'digest' });

test('an id follows from its owner and the idempotency key, today as before: a replay finds the resource', () => {
  expect(newCustomerId('acme', keyed('k1'))).toBe('dn2sovcfbjagrjdofva8');
  expect(newCloudId('acme', keyed('k1'))).toBe('b1gsovcfbjagrjdofva8');
});

test.each([
  ['customer', newCustomerId, /^dn2[a-v0-9]{17}$/],
  ['cloud', newCloudId, /^b1g[a-v0-9]{17}$/],
] as const)('the id of a %s is new for another owner, another key, and each time without a key', (_, newId, form) => {
  const ids = [
    newId('acme', keyed('k1')),
    newId('acme', keyed('k2')),
    newId('globex', keyed('k1')),
    // Owner and key do not run into each other.
    newId('acmek', keyed('1')),
    newId('acme', undefined),
    newId('acme', undefined),
  ];
  for (const id of ids) expect(id).toMatch(form);
  expect(new Set(ids).size).toBe(ids.length);
});
