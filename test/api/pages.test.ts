/** The web pages as the distribution serves them: by the stack of `npm start`, over HTTP. */
import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { testStack } from '../stack.ts';

const portal = testStack();

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };

/** Sends a request unchanged: `fetch` would decompress the answer and simplify the path. */
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

describe('an address that is not a file’s', () => {
  it.each([
    '/',
    '/customers',
    '/customers/dn2aaaaaaaaaaaaaaaaa?tab=history',
    '/members/owner@acme.example',
    '/v1',
    '/x/y.z',
    '/invited',
  ])('%s is a page of the portal', async (path) => {
    const { status, headers, body } = await send(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-cache' });
    expect(body.toString()).toContain('<div id="portal">');
  });

  it.each([
    '/invite/accept/dn2aaaaaaaaaaaaaaaaa',
    '/invite/',
    '/invite/assets/../../config.json',
    // Damaged links.
    '/invite',
    '/invite?token=k1.x',
    '/invite/accept/dn2aaaaaaaaaaaaaaaaa%23token=k1.x',
    '/invite/accept/dn2aaaaaaaaaaaaaaaaa%2523token%253Dk1.x',
    '/invite/accept/dn2aaaaaaaaaaaaaaaaa%20',
    '/invite/accept/dn2aaaaaaaaaaaaaaaaa?token=k1.x',
    '/invite/accept/dn2aaaaaaaaaaaaaaaaa%FF%',
    '/invite%2Faccept%2Fdn2aaaaaaaaaaaaaaaaa%23token=k1.x',
    '//invite/accept/dn2aaaaaaaaaaaaaaaaa',
    '/%20invite/accept/dn2aaaaaaaaaaaaaaaaa',
    '/INVITE/ACCEPT/dn2aaaaaaaaaaaaaaaaa',
  ])('%s is the invitation page, which knows nothing of the portal', async (path) => {
    const html = await page(path);
    expect(html).toContain('<title>Invitation</title>');
    const shared = assetsOf(html).filter((asset) => assetsOf(portalPage).includes(asset));
    expect(shared).toEqual([]);
  });
  let portalPage = '';
  it('both pages name existing files, which browsers keep for a year, as names change with the content', async () => {
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
    '%s, which looks like a file, does not exist',
    async (path) => expect((await send(path)).status).toBe(404),
  );
});

describe('a file', () => {
  it('is the icon that browsers ask for at pages without a link to one', async () => {
    const { status, headers, body } = await send('/favicon.ico');
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'image/vnd.microsoft.icon' });
    // An icon with one picture.
    expect([...body.subarray(0, 6)]).toEqual([0, 0, 1, 0, 1, 0]);
  });

  it('is sent compressed to clients that accept it, with the same content', async () => {
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

  it('can be requested without its content', async () => {
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

  it('the invitation page may talk to its own origin alone, and can not turn text into markup', async () => {
    expect((await send('/invite/accept/dn2aaaaaaaaaaaaaaaaa')).headers).toMatchObject({
      ...ofPages,
      'content-security-policy': policy("; require-trusted-types-for 'script'; trusted-types 'none'"),
    });
  });

  it('the API keeps its own headers and its strong ETags', async () => {
    const { headers } = await send('/v1/me', {
      authorization: `Bearer ${await portal.stack.token(portal.partner.owner)}`,
      'accept-encoding': 'br',
    });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('an unknown path under the API’s is refused by the API', async () => {
    // The gateway itself answers, with no headers but its own and the distribution's.
    expect(await send('/v1/nothing')).toMatchObject({
      status: 404,
      headers: { ...always, 'content-type': 'application/json' },
    });
  });
});

it('the pages read the deployment’s settings, and where to sign in', async () => {
  const config = JSON.parse(await page('/config.json'));
  expect(config).toMatchObject({
    brandName: 'Yandex Cloud',
    defaultLanguage: 'en',
    oidc: { authority: portal.stack.oidcIssuer, clientId: 'portal', scope: 'openid email api' },
    inbox: portal.stack.sesUrl,
  });
  // Settings for functions alone are not public.
  expect(config).not.toHaveProperty('sender');
});

it('the script of the portal’s first page has at most 350 KB as it is sent', async () => {
  const scripts = assetsOf(await page('/')).filter((path) => path.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (path) => (await send(path, { 'accept-encoding': 'br' })).body.length),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(350 * 1024);
});
