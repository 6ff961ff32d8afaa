/**
 * Decides commands on a customer: a function for each command, and `decide`, which calls the right one. Pure: a decision depends on the
 * customer, the command and the circumstances alone.
 */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import type { Changes, Circumstances, Command } from './command.ts';
import { asOf, awaits, type Customer, isInvited, isOver, organizationOf } from './customer.ts';
import { approvalDeadline, deadline, nextReminder, removalAfterAnswer, removalAfterExpiry } from './deadlines.ts';
import type { Confirmed, CustomerEvent, EventData } from './event.ts';
import { evolve } from './evolve.ts';
import { mailsOf } from './owedMails.ts';
import { activeOrganization, allowEmail, customerNotFound, statusProblem, undeliverable } from './refusals.ts';

/** The command of a type, such as `CommandOf<'resend'>`. */
type CommandOf<Type extends Command['type']> = Extract<Command, { type: Type }>;
type Registering = 'invite' | 'registerResellerServed';

/**
 * Decides a command.
 *
 * @param stored the customer as it is stored, or undefined for the two commands that register one
 * @returns the event; null if there is nothing to do, for example if the customer has confirmed already
 * @throws Problem the refusal: CUSTOMER_STATUS, CUSTOMER_NOT_ACTIVE, EMAIL_UNDELIVERABLE, EMAIL_DOMAIN_NOT_ALLOWED,
 *   RESELLER_SERVED_NOT_ALLOWED, CUSTOMER_NOT_FOUND, STALE_VERSION
 */
export function decide(
  stored: Customer | undefined,
  command: Command,
  circumstances: Circumstances,
): CustomerEvent | null {
  if (command.type === 'invite') return eventOf(undefined, command, invite(command, circumstances), circumstances);
  if (command.type === 'registerResellerServed') {
    return eventOf(undefined, command, registerResellerServed(command, circumstances), circumstances);
  }
  // Decided on the stored state, because this command records a deadline that has passed.
  if (command.type === 'expire') return eventOf(stored, command, expire(stored, circumstances), circumstances);
  const customer = present(stored, circumstances);
  return eventOf(customer, command, change(customer, command, circumstances), circumstances);
}

/** The event of a decision, with the mails that it calls for; null if nothing happens. */
function eventOf(
  before: Customer | undefined,
  command: Command,
  what: EventData | null,
  { now, program, actor, idempotency }: Circumstances,
): CustomerEvent | null {
  if (!what) return null;
  const nowText = now.toISOString();
  const happened: CustomerEvent = {
    ...what,
    customerId: before?.id ?? (command as CommandOf<Registering>).id,
    version: (before?.version ?? 0) + 1,
    // The times of a customer's events never go backwards, also if the clock of an earlier request was ahead. Deadlines count from now.
    at: before && before.updatedAt > nowText ? before.updatedAt : nowText,
    actor,
    ...(idempotency && { idempotency }),
  };
  if (!('partnerName' in command) || command.partnerName === undefined) return happened;
  const mails = mailsOf(happened, evolve(before, happened), command.partnerName, program);
  return mails.length > 0 ? { ...happened, mails } : happened;
}

/** The customer as it is now. @throws Problem CUSTOMER_NOT_FOUND, STALE_VERSION */
function present(stored: Customer | undefined, { now, program, ifMatch }: Circumstances): Customer {
  const customer = stored && asOf(stored, now, program);
  if (!customer || customer.status === 'DELETED') throw customerNotFound();
  if (ifMatch && !ifMatch.includes(customer.version)) {
    throw new Problem('STALE_VERSION', 'The customer has changed since you read it. Read it again, and decide again.', {
      members: { currentVersion: customer.version },
    });
  }
  return customer;
}

function change(
  customer: Customer,
  command: Exclude<Command, { type: Registering | 'expire' }>,
  circumstances: Circumstances,
): EventData | null {
  const { program } = circumstances;
  switch (command.type) {
    case 'resend':
      return resend(customer, command, circumstances);
    case 'remind':
      return remind(customer, command, circumstances);
    case 'accept':
      return accept(customer, command, circumstances);
    case 'decline':
      return decline(customer, command, circumstances);
    case 'approve':
      return approve(customer, program);
    case 'reject':
      return reject(customer, command, circumstances);
    case 'suspend':
      return suspend(customer, command, program);
    case 'activate':
      return activate(customer, program);
    case 'update':
      return update(customer, command.changes, circumstances);
    case 'updateAccess':
      return updateAccess(customer, command, program);
    case 'delete':
      return remove(customer, circumstances);
    case 'createCloud':
      return createCloud(customer, command, program);
    case 'linkCloud':
      return linkCloud(customer, command, program);
    case 'unlinkCloud':
      return unlinkCloud(customer, command, program);
    case 'updateCloudAccess':
      return updateCloudAccess(customer, command, program);
  }
}

function invite(command: CommandOf<'invite'>, { now, program }: Circumstances): EventData {
  const { partnerId, details, email, nonce } = command;
  allowEmail(email, program);
  const writtenEmail = command.writtenEmail === email ? undefined : command.writtenEmail;
  const invited = {
    ...details,
    partnerId,
    email,
    ...(writtenEmail !== undefined && { writtenEmail }),
    nonce,
    ...deadline(now, program),
  };
  return { type: 'CustomerInvited', data: invited };
}

function registerResellerServed(
  { id, partnerId, details, alreadyCustomer }: CommandOf<'registerResellerServed'>,
  { now, program }: Circumstances,
): EventData {
  if (!program.resellerServedCustomers) {
    throw new Problem(
      'RESELLER_SERVED_NOT_ALLOWED',
      'Customers of this program must confirm. Invite the customer by email.',
    );
  }
  const next = confirmed(id, details.name, alreadyCustomer, now, program);
  return { type: 'CustomerRegistered', data: { ...details, partnerId, ...next } };
}

function expire(stored: Customer | undefined, { now, program }: Circumstances): EventData | null {
  if (!stored || !awaits(stored) || stored.expiresAt === undefined || stored.expiresAt > now.toISOString()) return null;
  return { type: 'CustomerExpired', data: { removeAt: removalAfterExpiry(stored.expiresAt, program) } };
}

function resend(customer: Customer, command: CommandOf<'resend'>, { now, program }: Circumstances): EventData {
  if (customer.email === null || !isInvited(customer)) {
    throw statusProblem(customer, 'send the invitation again', program);
  }
  if (command.undeliverable !== undefined) throw undeliverable(customer, command.undeliverable);
  return { type: 'InvitationResent', data: deadline(now, program) };
}

function remind(customer: Customer, command: CommandOf<'remind'>, { now, program }: Circumstances): EventData | null {
  const { status, expiresAt, remindAt } = customer;
  if (status !== 'VERIFICATION_REQUIRED' || expiresAt === undefined) return null;
  if (remindAt === undefined || remindAt > now.toISOString()) return null;
  const data = nextReminder(expiresAt, now, program);
  if (program.mailsOff.includes('REMINDER')) {
    return { type: 'ReminderSkipped', data: { ...data, reason: 'SWITCHED_OFF' } };
  }
  if (command.undeliverable !== undefined) {
    return { type: 'ReminderSkipped', data: { ...data, reason: 'EMAIL_UNDELIVERABLE' } };
  }
  if (command.declinedUntil !== undefined) {
    return { type: 'ReminderSkipped', data: { ...data, reason: 'INVITATIONS_DECLINED' } };
  }
  return { type: 'InvitationReminded', data };
}

function accept(customer: Customer, command: CommandOf<'accept'>, { now, program }: Circumstances): EventData | null {
  const { id, name, status, confirmedAt } = customer;
  if (confirmedAt !== undefined && ['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'].includes(status)) return null;
  if (status !== 'VERIFICATION_REQUIRED') throw statusProblem(customer, 'confirm', program);
  const corrected = command.name ?? name;
  const next = confirmed(id, corrected, command.alreadyCustomer, now, program);
  return { type: 'InvitationAccepted', data: { ...next, ...(corrected !== name && { name: corrected }) } };
}

function decline(customer: Customer, command: CommandOf<'decline'>, { now, program }: Circumstances): EventData {
  if (customer.status !== 'VERIFICATION_REQUIRED') throw statusProblem(customer, 'decline', program);
  const noMore = command.noMoreInvitations === true && ({ noMoreInvitations: true } as const);
  return { type: 'InvitationDeclined', data: { removeAt: removalAfterAnswer(now, program), ...noMore } };
}

function approve(customer: Customer, program: Program): EventData {
  if (customer.status !== 'APPROVAL_REQUIRED') throw statusProblem(customer, 'approve', program);
  return { type: 'CustomerApproved', data: { organization: organizationOf(customer.id, customer.name) } };
}

function reject(customer: Customer, command: CommandOf<'reject'>, { now, program }: Circumstances): EventData {
  if (customer.status !== 'APPROVAL_REQUIRED') throw statusProblem(customer, 'reject', program);
  return { type: 'CustomerRejected', data: { ...reasonOf(command), removeAt: removalAfterAnswer(now, program) } };
}

function suspend(customer: Customer, command: CommandOf<'suspend'>, program: Program): EventData {
  if (customer.status !== 'ACTIVE') throw statusProblem(customer, 'suspend', program);
  return { type: 'CustomerSuspended', data: reasonOf(command) };
}

function activate(customer: Customer, program: Program): EventData {
  if (customer.status !== 'SUSPENDED') throw statusProblem(customer, 'activate', program);
  return { type: 'CustomerActivated', data: {} };
}

function update(customer: Customer, changes: Changes, { now, program }: Circumstances): EventData | null {
  if (isOver(customer)) throw statusProblem(customer, 'change', program);
  if (changes.email === undefined || changes.email === customer.email) {
    const { email, nonce, ...others } = changes;
    return Object.keys(others).length === 0 ? null : { type: 'CustomerUpdated', data: { changes: others } };
  }
  if (customer.status !== 'VERIFICATION_REQUIRED') throw statusProblem(customer, 'change the email address', program);
  allowEmail(changes.email, program);
  return { type: 'CustomerUpdated', data: { changes, ...deadline(now, program) } };
}

function updateAccess(customer: Customer, { deltas }: CommandOf<'updateAccess'>, program: Program): EventData | null {
  if (isOver(customer)) throw statusProblem(customer, 'change its access', program);
  return deltas.length === 0 ? null : { type: 'AccessUpdated', data: { deltas } };
}

function remove(customer: Customer, { now, program }: Circumstances): EventData {
  if (customer.status === 'ACTIVE' || customer.status === 'SUSPENDED') throw statusProblem(customer, 'delete', program);
  return { type: 'CustomerDeleted', data: { removeAt: now.toISOString() } };
}

function createCloud(customer: Customer, command: CommandOf<'createCloud'>, program: Program): EventData {
  const { cloudId, name, description, labels } = command;
  const organizationId = activeOrganization(customer, program).id;
  return { type: 'CloudCreated', data: { cloudId, name, organizationId, description, labels } };
}

function linkCloud(customer: Customer, command: CommandOf<'linkCloud'>, program: Program): EventData {
  const { cloudId, name, outstandingCharges } = command;
  const organizationId = activeOrganization(customer, program).id;
  return { type: 'CloudLinked', data: { cloudId, name, organizationId, outstandingCharges } };
}

function unlinkCloud(customer: Customer, { cloudId }: CommandOf<'unlinkCloud'>, program: Program): EventData {
  if (customer.status !== 'ACTIVE' && customer.status !== 'SUSPENDED') {
    throw statusProblem(customer, 'unlink a cloud', program);
  }
  return { type: 'CloudUnlinked', data: { cloudId } };
}

function updateCloudAccess(
  customer: Customer,
  command: CommandOf<'updateCloudAccess'>,
  program: Program,
): EventData | null {
  if (customer.status !== 'ACTIVE' && customer.status !== 'SUSPENDED') {
    throw statusProblem(customer, 'change access to a cloud', program);
  }
  const { cloudId, name, deltas } = command;
  return deltas.length === 0 ? null : { type: 'CloudAccessUpdated', data: { cloudId, name, deltas } };
}

/** The result of a confirmation: the organization, or the deadline of the provider's approval. */
function confirmed(id: string, name: string, alreadyCustomer: boolean, now: Date, program: Program): Confirmed {
  const approval =
    program.providerApproval === 'ALWAYS' ||
    (program.providerApproval === 'UNLESS_ALREADY_CUSTOMER' && !alreadyCustomer);
  return approval ? { expiresAt: approvalDeadline(now, program) } : { organization: organizationOf(id, name) };
}

const reasonOf = (command: { reason?: string | undefined }) =>
  command.reason === undefined ? {} : { reason: command.reason };
