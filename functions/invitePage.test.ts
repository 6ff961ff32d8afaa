import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles } from '../infra/bundles.ts';

/** What the whole page may weigh, compressed: it opens on a phone, from a mail. */
const MAX_COMPRESSED_BYTES = 30 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'invite-page-'));
let get: (rawPath: string, headers?: Record<string, string>) => Promise<APIGatewayProxyStructuredResultV2>;

beforeAll(async () => {
  // The bundle, because only that has the page in it.
  await buildBundles(folder);
  const { handler } = await import(pathToFileURL(join(folder, 'invitePage/index.mjs')).href);
  get = (rawPath, headers = {}) => handler({ rawPath, headers });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The files that the page names. */
async function assets(): Promise<string[]> {
  const { body = '' } = await get('/invite/accept/dn2abcdefghijklmnopq');
  return [...body.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path = '']) => path);
}

describe('the invitation page', () => {
  it('is the same for every customer, and is not kept', async () => {
    const one = await get('/invite/accept/dn2abcdefghijklmnopq');
    expect(one).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    });
    expect(await get('/invite/accept/dn2zzzzzzzzzzzzzzzzz')).toEqual(one);
  });

  it('finds every file that it names, under the right type', async () => {
    const types = await Promise.all(
      (await assets()).map(async (path) => [path, (await get(path)).headers?.['content-type']]),
    );
    expect(Object.fromEntries(types)).toEqual({
      '/invite/assets/invite.css': 'text/css; charset=utf-8',
      '/invite/assets/invite.js': 'text/javascript; charset=utf-8',
      '/invite/assets/messages.js': 'text/javascript; charset=utf-8',
    });
  });

  it('sends a file again only when it has changed', async () => {
    const { headers = {} } = await get('/invite/assets/invite.js');
    expect(headers['cache-control']).toBe('no-cache');
    const again = await get('/invite/assets/invite.js', { 'if-none-match': `W/${headers['etag']}` });
    expect(again).toMatchObject({ statusCode: 304, body: '', headers: { etag: headers['etag'] } });
    expect(await get('/invite/assets/invite.js', { 'if-none-match': '"another"' })).toMatchObject({ statusCode: 200 });
  });

  it.each(['/invite/accept/dn2abcdefghijklmnopq', '/invite/assets/invite.js', '/invite/nothing'])(
    'allows its own files and its own origin alone, and leaks no address (%s)',
    async (path) => {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-content-type-options': 'nosniff',
      });
    },
  );

  it.each([
    '/invite/',
    '/invite/accept/',
    '/invite/accept/dn2abcdefghijklmnopq/more',
    '/invite/assets/../../index.mjs',
    '/invite/assets/constructor',
  ])('answers 404 to anything else (%s), without a script', async (path) => {
    const { statusCode, body } = await get(path);
    expect(statusCode).toBe(404);
    expect(body).toContain('There is no such page');
    expect(body).not.toContain('.js');
  });

  it('weighs little', async () => {
    const bodies = await Promise.all(
      ['/invite/accept/dn2abcdefghijklmnopq', ...(await assets())].map(async (path) => (await get(path)).body ?? ''),
    );
    const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeLessThan(MAX_COMPRESSED_BYTES);
  });
});
