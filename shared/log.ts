/** A line of structured log. Straight to the output: Lambda's own console would wrap it once more. */
export function writeLog(entry: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...entry })}\n`);
}
