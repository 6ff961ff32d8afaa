/** `npm run local:expire` runs the scheduled cleanup of the running stack now, and prints what it answers. */
import { requireRunningStack } from './runningStack.ts';

const { oidcIssuer } = await requireRunningStack();
const response = await fetch(`${oidcIssuer}/local/expire`, { method: 'POST' });
console.log(await response.text());
if (!response.ok) process.exitCode = 1;
