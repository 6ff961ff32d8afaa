/** The web pages as the distribution serves them: from `npm start`'s stack, over HTTP. */
import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { testStack } from '../stack.ts';

const portal = testStack();

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };

/** Sends a request as it is: `fetch` would decompress, and tidy up the path. */
function send(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(portal.stack.portalUrl);
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.on('error', reject).end();
  });
}

const page = async (path: string) => (await send(path)).body.toString();
/** The files under /assets that a page names. */
const assetsOf = (html: string) => [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

describe('what is not a file', () => {
  it.each([
    '/',
    '/customers',
    '/customers/dn2aaaaaaaaaaaaaaaaa?tab=history',
    '/members/owner@acme.example',
    '/v1',
    '/x/y.z',
  ])('%s is a page of the portal', async (path) => {
    const { status, headers, body } = await send(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-cache' });
    expect(body.toString()).toContain('<div id="portal">');
  });

  it.each(['/invite/accept/dn2aaaaaaaaaaaaaaaaa', '/invite/', '/invite/assets/../../config.json'])(
    '%s is the invitation page, which knows nothing of the portal',
    async (path) => {
      const html = await page(path);
      expect(html).toContain('<title>Invitation</title>');
      const shared = assetsOf(html).filter((asset) => assetsOf(portalPage).includes(asset));
      expect(shared).toEqual([]);
    },
  );
  let portalPage = '';
  it('both name files that are there, under a name that changes with what is in them, to be kept for a year', async () => {
    portalPage = await page('/');
    const named = [...assetsOf(portalPage), ...assetsOf(await page('/invite/accept/dn2aaaaaaaaaaaaaaaaa'))];
    expect(named.length).toBeGreaterThanOrEqual(4);
    for (const path of named) {
      expect(path).toMatch(/-[\w-]{8}\.(js|css)$/);
      const { status, headers } = await send(path);
      expect(status, path).toBe(200);
      expect(headers).toMatchObject({
        'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/css',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    }
  });

  it.each(['/assets/nothing.js', '/nothing.png', '/.env', '/assets/../package.json', '/assets/%2e%2e/index.html'])(
    '%s, which would be a file, is not there',
    async (path) => expect((await send(path)).status).toBe(404),
  );
});

describe('a file', () => {
  it('is sent compressed to who takes it, and is the same then', async () => {
    const plain = await send('/');
    const script = assetsOf(plain.body.toString()).find((path) => path.endsWith('.js')) ?? '';
    const whole = await send(script);
    const brotli = await send(script, { 'accept-encoding': 'gzip, deflate, br' });
    const gzip = await send(script, { 'accept-encoding': 'gzip' });
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(brotli.body)).toEqual(whole.body);
    expect(gunzipSync(gzip.body)).toEqual(whole.body);
    expect(gzip.headers['content-length']).toBe(String(gzip.body.length));
    expect(brotli.body.length).toBeLessThan(whole.body.length / 2);
  });

  it('is sent again only when it has changed', async () => {
    for (const encoding of ['identity', 'br']) {
      const { headers } = await send('/', { 'accept-encoding': encoding });
      const again = await send('/', { 'accept-encoding': encoding, 'if-none-match': String(headers['etag']) });
      expect(again).toMatchObject({ status: 304, headers: { etag: headers['etag'] } });
      expect(again.body).toHaveLength(0);
    }
    expect((await send('/', { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('can be asked about without being sent', async () => {
    const { status, headers, body } = await send('/', {}, 'HEAD');
    expect({ status, bytes: body.length }).toEqual({ status: 200, bytes: 0 });
    expect(Number(headers['content-length'])).toBe((await send('/')).body.length);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is not changed by %s', async (method) => {
    expect((await send('/index.html', {}, method)).status).toBe(403);
  });
});

describe('headers', () => {
  const policy = (connect: string) =>
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'${connect}`;
  const always = {
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  };
  const ofPages = {
    ...always,
    'referrer-policy': 'no-referrer',
    'permissions-policy': expect.stringMatching(/camera=\(\), .*geolocation=\(\), .*microphone=\(\)/),
  };

  it.each(['/', '/config.json', '/assets/nothing.js'])('%s may talk to its own origin and the issuer', async (path) => {
    expect((await send(path)).headers).toMatchObject({
      ...ofPages,
      'content-security-policy': policy(` ${portal.stack.oidcIssuer}`),
    });
  });

  it('the invitation page may talk to its own origin alone, and make no markup of text', async () => {
    expect((await send('/invite/accept/dn2aaaaaaaaaaaaaaaaa')).headers).toMatchObject({
      ...ofPages,
      'content-security-policy': policy("; require-trusted-types-for 'script'; trusted-types 'none'"),
    });
  });

  it('the API keeps its own, and its strong ETags', async () => {
    const { headers } = await send('/v1/me', {
      authorization: `Bearer ${await portal.stack.token(portal.partner.owner)}`,
      'accept-encoding': 'br',
    });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('what the API does not have is the API’s to say', async () => {
    // The gateway's own answer, which has no headers but its own and the distribution's.
    expect(await send('/v1/nothing')).toMatchObject({
      status: 404,
      headers: { ...always, 'content-type': 'application/json' },
    });
  });
});

it('the pages are told what the deployment is like, and where to sign in', async () => {
  const config = JSON.parse(await page('/config.json'));
  expect(config).toMatchObject({
    brandName: 'Yandex Cloud',
    defaultLanguage: 'en',
    oidc: { authority: portal.stack.oidcIssuer, clientId: 'portal', scope: 'openid email api' },
  });
  // What only functions need stays with them.
  expect(config).not.toHaveProperty('sender');
});

it('what the portal loads to show its first page is at most 350 KB of script, as it is sent', async () => {
  const scripts = assetsOf(await page('/')).filter((path) => path.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (path) => (await send(path, { 'accept-encoding': 'br' })).body.length),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(350 * 1024);
});
