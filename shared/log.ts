/** Lines of log in JSON. Lines that are written during a piece of work, such as a request, have the fields of this work. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { embedded, type Measured } from './metrics.ts';

/** An email address, or a text that looks like one. The message of an error can contain one, but a log must not. Without the lookbehind, a long word would be read again from each of its characters. */
const ADDRESS = /(?<![^\s"'<>(),:;\\/@])[^\s"'<>(),:;\\/@]+@[^\s"'<>(),:;\\/@]+/g;

/** A text with `…` for each email address. */
export const withoutAddresses = (text: string): string => text.replace(ADDRESS, '…');

type Fields = Record<string, unknown>;

const fieldsOfWork = new AsyncLocalStorage<Fields>();

/** Runs a piece of work whose lines have these fields, beside those of the work that it is a part of. */
export const withLogFields = <Done>(fields: Fields, work: () => Done): Done =>
  fieldsOfWork.run({ ...fieldsOfWork.getStore(), ...fields }, work);

/** Adds fields, found on the way, to the next lines of the work under way. */
export const addLogFields = (fields: Fields): void => void Object.assign(fieldsOfWork.getStore() ?? {}, fields);

/**
 * The id that joins a request with everything that follows from it: the `requestId` of the request. An event keeps it, so that the lines
 * about its mails have it, too.
 */
export const traceId = (): string | undefined => fieldsOfWork.getStore()?.['traceId'] as string | undefined;

/** The fields of an invocation that no request began: by a stream, a schedule, or a report. */
export const logFieldsOf = ({ awsRequestId }: { awsRequestId?: string }): Fields => ({
  requestId: awsRequestId,
  traceId: awsRequestId,
});

/** 96 bits of SHA-256 of a principal (`USER#…`): the same caller has the same digest everywhere, and the log has no address. */
export const principalDigest = (subject: string): string =>
  createHash('sha256').update(subject).digest().subarray(0, 12).toString('base64url');

/**
 * Writes a line of log in JSON, with `…` for email addresses. Not by `console`, which Lambda wraps in another JSON object.
 *
 * @param measured numbers that become metrics; lines of the level ERROR are counted automatically
 */
export function writeLog(entry: Fields, measured: Measured = {}): void {
  const counted = entry['level'] === 'ERROR' ? { ...measured, errorLines: 1 } : measured;
  const line = JSON.stringify({
    timestamp: new Date().toISOString(),
    function: functionName(),
    release: process.env['RELEASE'],
    ...fieldsOfWork.getStore(),
    ...entry,
    ...embedded(counted),
  });
  process.stdout.write(`${withoutAddresses(line)}\n`);
}

/** The function's name in the project. On AWS, environment and region stand before it (`infra/names.ts`). */
const functionName = () => process.env['AWS_LAMBDA_FUNCTION_NAME']?.split('-').at(-1);

/** The fields of a log line for a thrown value: name, message and stack. */
export function errorFields(error: unknown): { error: string; message: string; stack?: string | undefined } {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { error: name, message, stack };
}
