/** The local issuer's pages, over HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Clock } from './clock.ts';
import { createOidcIssuer } from './oidcIssuer.ts';
import { signOutPage } from './signOutPages.ts';

let server: Server;
let origin: string;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'issuer-'));
  server = createServer((request, response) => void issuer.handle(request, response)).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = await createOidcIssuer(origin, { portalUrl: 'http://localhost:1', directory, clock: new Clock() });
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true, force: true });
});

test.each([
  ['en-US,en', '', 'en', 'Sign out', 'You are signed out'],
  ['ru-RU,ru;q=0.9,en;q=0.8', '', 'ru', 'Выйти', 'Вы вышли'],
  ['de, vi;q=0.5', '', 'vi', 'Đăng xuất', 'Bạn đã đăng xuất'],
  ['de', '', 'en', 'Sign out', 'You are signed out'],
  ['en', '?ui_locales=fr%20ru-RU', 'ru', 'Выйти', 'Вы вышли'],
] as const)(
  'a browser with %s and the address with "%s" sign out in %s',
  async (accepted, asked, language, button, title) => {
    const headers = { 'accept-language': accepted };
    const page = await (await fetch(`${origin}/session/end/success${asked}`, { headers })).text();
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(signOutPage(language, '')).toContain(`>${button}</button>`);
  },
);
