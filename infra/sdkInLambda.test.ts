import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultProvider } from './sdkInLambda.ts';

beforeEach(() => vi.stubEnv('AWS_SESSION_TOKEN', undefined));
afterEach(() => vi.unstubAllEnvs());

test('a function signs with the current credentials of its environment', async () => {
  const credentials = defaultProvider();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  expect(await credentials()).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  expect(await credentials()).toMatchObject({ sessionToken: 'token' });
});

test('without credentials in the environment, it fails instead of looking elsewhere', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  await expect(defaultProvider()()).rejects.toThrow('no credentials');
});
