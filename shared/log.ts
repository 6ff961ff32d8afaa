/** Something like an email address: it may stand in the message of an error, and has no business in a log. */
const ADDRESS = /[^\s"'<>(),:;\\/@]+@[^\s"'<>(),:;\\/@]+/g;

/** A line of structured log, without addresses. Straight to the output: Lambda's own console would wrap it once more. */
export function writeLog(entry: Record<string, unknown>): void {
  const line = JSON.stringify({ timestamp: new Date().toISOString(), ...entry });
  process.stdout.write(`${line.replace(ADDRESS, '…')}\n`);
}
