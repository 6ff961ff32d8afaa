/** `npm run -s token -- <email or service account>`: prints an access token of the running stack. */
import { requireRunningStack } from '../cli/runningStack.ts';

const account = process.argv[2];
if (!account) {
  console.error('Whose token? npm run -s token -- owner@acme.example');
  process.exit(1);
}
const { oidcIssuer } = await requireRunningStack();
const response = await fetch(`${oidcIssuer}/local/token?${new URLSearchParams({ account })}`);
console.log(await response.text());
