/** Turns the periods of the program into the deadlines of a customer. Pure. */
import type { Program } from '../program/program.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Until when the customer may confirm, and when it is reminded first. */
export type Deadline = { expiresAt: string; remindAt?: string };

/** The moment `days` after `from`. */
const inDays = (from: Date, days: number) => new Date(from.getTime() + days * DAY_MS).toISOString();

/** The deadline of an invitation that is sent now, with its first reminder. */
export function deadline(now: Date, program: Program): Deadline {
  const expiresAt = inDays(now, program.confirmationDays);
  return { expiresAt, ...nextReminder(expiresAt, now, program) };
}

/** The first reminder after `now`. A missed reminder is not sent later. */
export function nextReminder(expiresAt: string, now: Date, program: Program): { remindAt?: string } {
  if (program.mailsOff.includes('REMINDER')) return {};
  const [remindAt] = program.reminderDays
    .map((days) => inDays(new Date(expiresAt), -days))
    .filter((time) => time > now.toISOString())
    .sort();
  return remindAt === undefined ? {} : { remindAt };
}

/** Until when the provider may approve a customer that confirms now. */
export const approvalDeadline = (now: Date, program: Program) => inDays(now, program.approvalDays);

/** When the data of a customer that is declined or rejected now is removed. */
export const removalAfterAnswer = (now: Date, program: Program) => inDays(now, program.retentionDays);

/** When the data of a customer that expires at `expiresAt` is removed. */
export const removalAfterExpiry = (expiresAt: string, program: Program) =>
  inDays(new Date(expiresAt), program.retentionDays);
