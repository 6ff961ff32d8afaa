import { createHmac } from 'node:crypto';
import { type GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { customerOf, day, yandex } from '../../test/given.ts';
import type { Customer } from '../customer/customer.ts';
import { inviteLink } from './link.ts';
import { emailedLink, loadInvited, verifyToken } from './linkToken.ts';

const EMAIL = 'ivan@wind.example';
const customer = customerOf({
  type: 'CustomerInvited',
  data: {
    name: 'Wind',
    role: 'Partner',
    person: {},
    language: 'en',
    adminEmails: [],
    partnerId: 'acme',
    email: EMAIL,
    nonce: 'n1',
    expiresAt: day(14),
  },
}) as Customer;

/** A token in the form of earlier versions: emailed links have to keep working. */
const tokenOf = (keyId: string, key: string, { id, email, nonce }: Partial<Customer> = customer) =>
  `${keyId}.${id}.${createHmac('sha256', key)
    .update(JSON.stringify([id, email, nonce]))
    .digest('base64url')}`;

/** The secret store, played by this test. */
let secret: Record<string, string> | Error;
const reads = vi.fn(async (_: GetSecretValueCommand): Promise<{ SecretString: string }> => {
  if (secret instanceof Error) throw secret;
  return { SecretString: JSON.stringify(secret) };
});
/** Each test begins a day after the one before, when the keys that were read are too old to use. */
let today = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(day(++today)) });
  vi.stubEnv('PORTAL_URL', 'https://portal.example');
  vi.stubEnv('INVITE_KEY_SECRET', 'link-keys');
  vi.spyOn(SecretsManagerClient.prototype, 'send').mockImplementation(reads as never);
  secret = { current: 'k2', k1: 'old key', k2: 'new key' };
  reads.mockClear();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
const wait = (ms: number) => vi.setSystemTime(Date.now() + ms);

const refused = expect.objectContaining({
  code: 'INVITE_LINK_INVALID',
  status: 404,
  message:
    'This link does not open an invitation: it may be cut off, or an older one. Open the newest mail, or ask the partner for a new one.',
});
const expectWorks = (token: string, of = customer) => expect(verifyToken(token, of)).resolves.toBeUndefined();
const expectRefused = (token: string, of = customer) => expect(verifyToken(token, of)).rejects.toThrow(refused);

describe('the link', () => {
  test('for a partner to copy has no token', () => {
    expect(inviteLink(customer.id)).toBe('https://portal.example/invite/accept/dn2aaaaaaaaaaaaaaaaa');
  });

  test('in a mail has a token of the current key in its fragment', async () => {
    expect(await emailedLink(customer)).toBe(
      `https://portal.example/invite/accept/dn2aaaaaaaaaaaaaaaaa#token=${tokenOf('k2', 'new key')}`,
    );
  });

  test('can not be mailed without a current key', async () => {
    for (secret of [{ k1: 'old key' }, { current: 'k3', k1: 'old key' }]) {
      wait(6 * 60_000);
      await expect(emailedLink(customer)).rejects.toThrow('the secret of the link keys has no current key');
    }
  });

  test.each(['3dkey', '_k1', '-k1', 'k.1', 'k'.repeat(21)])('can not be mailed with the key id %s', async (current) => {
    secret = { current, [current]: 'new key' };
    wait(6 * 60_000);
    await expect(emailedLink(customer)).rejects.toThrow(`the current key has an id that links can't have: ${current}`);
  });
});

describe('a token', () => {
  test('opens the invitation that it was made for', async () => {
    const mailed = await emailedLink(customer);
    await expectWorks(mailed.slice(mailed.indexOf('=') + 1));
  });

  test('works after a rotation, as long as its key is kept', async () => {
    await expectWorks(tokenOf('k1', 'old key'));
    secret = { current: 'k2', k2: 'new key' };
    wait(6 * 60_000);
    await expectRefused(tokenOf('k1', 'old key'));
    await expectWorks(tokenOf('k2', 'new key'));
  });

  test('works for an expired invitation, too, whose status then says so', async () => {
    await expectWorks(tokenOf('k2', 'new key'), { ...customer, status: 'EXPIRED' });
  });

  test('stops working when the address changes or is removed, or the customer is deleted', async () => {
    const token = tokenOf('k2', 'new key');
    await expectRefused(token, { ...customer, email: 'new@wind.example', nonce: 'n2' });
    await expectRefused(token, { ...customer, email: 'new@wind.example' });
    await expectRefused(token, { ...customer, nonce: 'n2' });
    await expectRefused(token, { ...customer, status: 'DELETED' });
    await expectRefused(tokenOf('k2', 'new key', { ...customer, email: null }), { ...customer, email: null });
  });

  test('of one customer opens no other', async () => {
    const other = { ...customer, id: 'dn2bbbbbbbbbbbbbbbbb' };
    await expectRefused(tokenOf('k2', 'new key'), other);
    await expectRefused(tokenOf('k2', 'new key').replace(customer.id, other.id), other);
  });

  test('has to name an existing key: not a property of every object, and not the entry that names the current key', async () => {
    for (const keyId of ['k3', 'constructor', '__proto__', 'toString']) await expectRefused(tokenOf(keyId, 'new key'));
    // Signed with the id of the current key, which is not secret.
    await expectRefused(tokenOf('current', 'k2'));
  });

  test('that was edited is refused, whatever was edited', async () => {
    const token = tokenOf('k2', 'new key');
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.stringMatching(/^[\w.-]{0,2}$/), async (at, replacement) => {
        const edited = token.slice(0, at) + replacement + token.slice(at + 1);
        fc.pre(edited !== token);
        await expectRefused(edited);
      }),
    );
    for (const edited of [
      '',
      ' ',
      'token',
      `${token} `,
      ` ${token}`,
      `${token}A`,
      `x${token}`,
      token.slice(1),
      `${token}\n`,
    ])
      await expectRefused(edited);
  });

  test('in another form is refused before anything is read', async () => {
    await expectRefused('garbage');
    await expect(loadInvited('garbage', new Date(), yandex)).rejects.toThrow(refused);
    expect(reads).not.toHaveBeenCalled();
  });
});

describe('the keys', () => {
  const token = tokenOf('k2', 'new key');
  const NEW = { current: 'k3', k2: 'new key', k3: 'newest key' };

  test('are read once in five minutes, however often they are needed', async () => {
    await Promise.all([expectWorks(token), expectWorks(token), emailedLink(customer)]);
    wait(5 * 60_000);
    await expectWorks(token);
    expect(reads.mock.calls.map(([{ input }]) => input)).toEqual([{ SecretId: 'link-keys' }]);
    wait(1);
    await expectWorks(token);
    expect(reads).toHaveBeenCalledTimes(2);
  });

  test('are read again for an unknown key, but not within ten seconds', async () => {
    await expectWorks(token);
    secret = NEW;
    wait(10_000);
    await expectRefused(tokenOf('k3', 'newest key'));
    expect(reads).toHaveBeenCalledTimes(1);
    wait(1);
    await expectWorks(tokenOf('k3', 'newest key'));
    expect(reads).toHaveBeenCalledTimes(2);
  });

  test('stay in use if they can not be read again at the moment', async () => {
    await expectWorks(token);
    secret = new Error('the secret store is down');
    wait(6 * 60_000);
    await expect(verifyToken(token, customer)).rejects.toThrow('the secret store is down');
    secret = NEW;
    // The keys from before are older than five minutes: they are read again.
    await expectWorks(tokenOf('k3', 'newest key'));
    expect(reads).toHaveBeenCalledTimes(3);
  });

  test('keep working if they can not be read again for an unknown key', async () => {
    await expectWorks(token);
    secret = new Error('the secret store is down');
    wait(11_000);
    await expect(verifyToken(tokenOf('k3', 'newest key'), customer)).rejects.toThrow('the secret store is down');
    await expectWorks(token);
  });
});
