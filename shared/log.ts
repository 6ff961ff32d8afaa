/** Something like an email address: the message of an error can contain one, and a log must not. */
const ADDRESS = /[^\s"'<>(),:;\\/@]+@[^\s"'<>(),:;\\/@]+/g;

/** Writes a line of structured log, without addresses. Straight to the output: Lambda's own console would wrap it once more. */
export function writeLog(entry: Record<string, unknown>): void {
  const line = JSON.stringify({ timestamp: new Date().toISOString(), ...entry });
  process.stdout.write(`${line.replace(ADDRESS, '…')}\n`);
}

/** The fields of a log line that say what was thrown. */
export function errorFields(error: unknown): { error: string; message: string; stack?: string | undefined } {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { error: name, message, stack };
}
