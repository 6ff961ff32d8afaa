/** Signing in at the portal as it is served, in a real browser: the issuer, the headers, and the API behind the same origin. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type LocalStack, startLocalStack } from '../../local/localStack.ts';
import { launchChromium } from '../browser/chromium.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 });

const directory = mkdtempSync(join(tmpdir(), 'sign-in-browser-'));
let stack: LocalStack;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  stack = await startLocalStack({ program: 'yandex', directory, inMemory: true, schedules: false, throttling: false });
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  rmSync(directory, { recursive: true, force: true });
});

it('a partner signs in, is back where it wanted to be, and gets its token renewed', async () => {
  const page = await browser.newPage({ locale: 'en-US' });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  await page.goto(`${stack.portalUrl}/customers`);
  await page.getByRole('button', { name: 'owner@acme.example' }).click();
  await page.waitForURL(`${stack.portalUrl}/customers**`, { waitUntil: 'commit' });
  await page.getByRole('heading', { level: 1, name: /Customers/ }).waitFor();

  // The same that the portal does when a token is about to end: the issuer answers its origin.
  const renewed = await page.evaluate(async (issuer) => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
    const { refresh_token } = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'portal', refresh_token }),
    });
    return (await answer.json()) as { access_token: string };
  }, stack.oidcIssuer);
  const me = await fetch(`${stack.portalUrl}/v1/me`, { headers: { authorization: `Bearer ${renewed.access_token}` } });
  expect(me.status).toBe(200);
  expect(complaints).toEqual([]);
});
