/**
 * `npm run local:expire`: runs the scheduled cleanup of the running stack now, and prints its answer.
 * `npm run local:expire -- <customerId>`: first moves the deadlines of the named customers into the past.
 */
import { requireRunningStack } from '../cli/runningStack.ts';

const { oidcIssuer } = await requireRunningStack();
for (const customerId of process.argv.slice(2)) {
  const { ok } = await fetch(`${oidcIssuer}/local/expire-customer`, {
    method: 'POST',
    body: JSON.stringify({ customerId }),
  });
  if (ok) continue;
  console.error(`There is no customer ${customerId} that has a deadline.`);
  process.exit(1);
}
const response = await fetch(`${oidcIssuer}/local/expire`, { method: 'POST' });
console.log(await response.text());
if (!response.ok) process.exitCode = 1;
