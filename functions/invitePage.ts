/// <reference path="../portal/invite/textFiles.d.ts" />
import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import page from '../portal/invite/index.html' with { type: 'text' };
import style from '../portal/invite/invite.css' with { type: 'text' };
import script from '../portal/invite/invite.js' with { type: 'text' };
import messages from '../portal/invite/messages.js' with { type: 'text' };

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

const ASSETS = new Map([
  asset('/invite/assets/invite.css', 'text/css; charset=utf-8', style),
  asset('/invite/assets/invite.js', SCRIPT, script),
  asset('/invite/assets/messages.js', SCRIPT, messages),
]);

const NOT_FOUND = page
  .replace(/<script.*<\/script>|<link rel="modulepreload".*>/g, '')
  .replace(
    /<body>.*<\/body>/s,
    '<body><main><h1>There is no such page</h1><p>Open the link in the newest email.</p></main></body>',
  );

/** Headers of every answer: the page may load its own files, call its own origin, and be framed by nobody. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves the page that the emailed link opens, and its files. The page is the same for everyone: the token is in the
 * fragment, which isn't sent. What it shows comes from `previewInvite`.
 */
export const handler = async ({
  rawPath,
  headers,
}: Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers'>): Promise<APIGatewayProxyStructuredResultV2> => {
  const found = ASSETS.get(rawPath);
  if (found) {
    const { body, ...described } = found;
    // Asked for with each page, so that page and script are always of one version; unchanged, they aren't sent again.
    if (headers['if-none-match']?.includes(described.etag)) return answer(304, described);
    return answer(200, described, body);
  }
  const html = { 'content-type': HTML, 'cache-control': 'no-store' };
  return /^\/invite\/accept\/[^/]+$/.test(rawPath) ? answer(200, html, page) : answer(404, html, NOT_FOUND);
};

function answer(statusCode: number, headers: Record<string, string>, body = ''): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { ...SECURITY_HEADERS, ...headers }, body };
}

function asset(path: string, type: string, body: string) {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
  return [path, { 'content-type': type, 'cache-control': 'no-cache', etag, body }] as const;
}
