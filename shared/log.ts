import { embedded, type Measured } from './metrics.ts';

/** An email address, or a text that looks like one. The message of an error can contain one, but a log must not. Without the lookbehind, a long word would be read again from each of its characters. */
const ADDRESS = /(?<![^\s"'<>(),:;\\/@])[^\s"'<>(),:;\\/@]+@[^\s"'<>(),:;\\/@]+/g;

/** A text with `…` for each email address. */
export const withoutAddresses = (text: string): string => text.replace(ADDRESS, '…');

/**
 * Writes a line of log in JSON, with `…` for email addresses. Not by `console`, which Lambda wraps in another JSON object.
 *
 * @param measured numbers that become metrics; lines of the level ERROR are counted automatically
 */
export function writeLog(entry: Record<string, unknown>, measured: Measured = {}): void {
  const counted = entry['level'] === 'ERROR' ? { ...measured, errorLines: 1 } : measured;
  const line = JSON.stringify({ timestamp: new Date().toISOString(), ...entry, ...embedded(counted) });
  process.stdout.write(`${withoutAddresses(line)}\n`);
}

/** The fields of a log line for a thrown value: name, message and stack. */
export function errorFields(error: unknown): { error: string; message: string; stack?: string | undefined } {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { error: name, message, stack };
}
