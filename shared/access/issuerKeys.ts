/**
 * The public keys of the sign-in's issuer, fetched with Node's own client, which the SDK loads anyway. To load `fetch` would take a fifth
 * of a function's start.
 */
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose';

/** The set of keys at the address in `OIDC_JWKS_URI`. It caches them, and fetches them again for an unknown key. */
export const issuerKeys = () =>
  createRemoteJWKSet(new URL(process.env['OIDC_JWKS_URI'] ?? ''), { [customFetch]: fetchJson });

const fetchJson: FetchImplementation = async (url, { headers, signal }) => {
  // Only a laptop's issuer has no TLS. A static import of `node:http` would load `fetch`, too.
  const { get } = url.startsWith('https:') ? https : await import('node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: Object.fromEntries(headers), signal }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = await response.toArray();
  const json = async () => JSON.parse(Buffer.concat(chunks).toString());
  return { status: response.statusCode ?? 0, json } as Response;
};
