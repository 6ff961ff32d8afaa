/**
 * A domain in its ASCII form, as `domainToASCII` of `node:url` gives it, from the URL that browsers have: the build puts this
 * module in the place of Node's, so that forms say what the server would say.
 *
 * @returns an empty string where it is no domain
 */
export function domainToASCII(domain: string): string {
  const url = `ws://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname : '';
}
