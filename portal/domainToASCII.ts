/**
 * A domain in its ASCII form, like `domainToASCII` of `node:url`. Browsers have no `node:url`, so the build replaces that module by
 * this one. The pages then give the same messages as the server.
 *
 * @returns an empty string if the text is not a domain
 */
export function domainToASCII(domain: string): string {
  const url = `ws://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}
