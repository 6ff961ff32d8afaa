/**
 * The public keys of the sign-in's issuer, fetched with Node's own client, which the SDK loads anyway. To load `fetch` would take a fifth
 * of a function's start.
 */
import https from 'node:https';
import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose';

/** The set of keys at the address in `OIDC_JWKS_URI`. It caches them, and fetches them again for an unknown key. */
export const issuerKeys = () =>
  createRemoteJWKSet(new URL(process.env['OIDC_JWKS_URI'] ?? ''), { [customFetch]: fetchJson });

const fetchJson: FetchImplementation = async (url, { headers, signal }) => {
  // Only a laptop's issuer has no TLS. A static import of `node:http` would load `fetch`, too.
  const { get } = url.startsWith('https:') ? https : await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  // The signal's reason is the timeout, which has another refusal than a failed connection.
  const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
  get(url, { headers: Object.fromEntries(headers), signal }, async (response) => {
    try {
      const chunks: Buffer[] = await response.toArray();
      const json = async () => JSON.parse(Buffer.concat(chunks).toString());
      resolve({ status: response.statusCode ?? 0, json } as Response);
    } catch (error) {
      fail(error);
    }
  }).on('error', fail);
  return promise;
};
