/**
 * The life of a customer, as pure functions: `decide` says what a command does to a customer, `evolve` what an event makes
 * of it, `asOf` what time makes of it. No I/O; what is true of a customer follows from its events and the clock alone.
 */

import { Problem } from '../contract/problem.ts';
import type { LANGUAGES, MAIL_KINDS, Program, STATUSES } from '../program/program.ts';
import { mailsOf, opensInvitation } from './owedMails.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How many idempotency keys a customer remembers: enough for the retries of the requests that are under way at one time. */
const REMEMBERED_KEYS = 5;

export type Status = (typeof STATUSES)[number];
export type Language = (typeof LANGUAGES)[number];
export type MailKind = (typeof MAIL_KINDS)[number];

/** Legal information about the customer (seed 003, CustomerPerson). */
export type Person = {
  name?: string | undefined;
  longname?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  postCode?: string | undefined;
  postAddress?: string | undefined;
  legalAddress?: string | undefined;
  tin?: string | undefined;
};

/** What a partner says about a customer. */
export type Details = {
  name: string;
  friendlyName?: string | undefined;
  role: string;
  person: Person;
  language: Language;
  adminEmails: string[];
};

export type Organization = { id: string; name: string };

export type Customer = Details & {
  id: string;
  partnerId: string;
  /** The version of the newest event. */
  version: number;
  /** DELETED is a customer whose data is about to be removed: to everyone but the cleanup it doesn't exist. */
  status: Status | 'DELETED';
  statusReason?: string;
  /** The invited address; null for a reseller-served customer, which has no invitee. */
  email: string | null;
  /** The address as the partner wrote it, where that isn't its canonical form. */
  writtenEmail?: string | undefined;
  /** Who got administrator's rights with the registration; a later change of `adminEmails` moves no grant (seed 000). */
  administrators: string[];
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  /** Bound into the emailed link; anew with a new address, so that old links die. */
  nonce?: string;
  /** When a mail with the link was last asked for, and the version of that event: `delivery` tells what became of that mail. */
  invitedAt?: string;
  mailVersion?: number;
  /** Until when the customer may confirm, or the provider approve. */
  expiresAt?: string;
  /** When the customer is reminded of its invitation next. */
  remindAt?: string;
  /** When the personal data of a customer that came to nothing is removed. */
  removeAt?: string;
  /** When the invitee confirmed. */
  confirmedAt?: string;
  organization?: Organization;
  /** How many clouds are billed to it; absent: none yet. */
  clouds?: number;
  /** Whether somebody has granted or revoked access to this subaccount by hand: then its bindings have to be read. */
  ownBindings?: true;
  /** The newest idempotency keys (hashed), each with the version of what it did. */
  recentKeys: { key: string; version: number }[];
};

/** Fields of a customer that its partner's owner, or its contact, may change. */
export type Changes = Partial<Omit<Details, 'friendlyName'>> & {
  friendlyName?: string | null;
  email?: string;
  nonce?: string;
};

/**
 * `partnerName` is what the mails that follow call the partner; `undeliverable` says why no mail reaches the invited address, where
 * one has bounced or has been complained about.
 */
export type Command =
  | {
      type: 'invite';
      id: string;
      partnerId: string;
      partnerName: string;
      details: Details;
      email: string;
      writtenEmail?: string | undefined;
      nonce: string;
    }
  | {
      type: 'registerResellerServed';
      id: string;
      partnerId: string;
      partnerName: string;
      details: Details;
      alreadyCustomer: boolean;
    }
  | { type: 'resend'; partnerName: string; undeliverable?: string | undefined }
  | { type: 'remind'; partnerName: string; undeliverable?: string | undefined }
  | { type: 'accept'; partnerName: string; alreadyCustomer: boolean }
  | { type: 'decline'; partnerName: string }
  | { type: 'approve'; partnerName: string }
  | { type: 'reject'; partnerName: string; reason?: string | undefined }
  | { type: 'suspend'; reason?: string | undefined }
  | { type: 'activate' }
  | { type: 'update'; partnerName?: string; changes: Changes }
  | { type: 'updateAccess'; deltas: AccessDelta[] }
  | { type: 'delete' }
  | { type: 'expire'; partnerName: string }
  | ({ type: 'createCloud'; cloudId: string } & NewCloud)
  | { type: 'linkCloud'; cloudId: string; name: string; outstandingCharges: boolean }
  | { type: 'unlinkCloud'; cloudId: string };

/** What is said about a cloud when it is created. */
export type NewCloud = { name: string; description?: string | undefined; labels?: Record<string, string> | undefined };

/** A role on the subaccount that is granted to someone by hand, or revoked. */
export type AccessDelta = {
  action: 'ADD' | 'REMOVE';
  roleId: string;
  subject: { id: string; type: 'USER' | 'SERVICE_ACCOUNT' };
};

/** A mail that an event calls for, with all that its text needs, as it was at that moment. */
export type Mail = {
  kind: MailKind;
  to: string;
  language: Language;
  partnerName: string;
  customerName: string;
  /** Until when the customer may confirm (INVITATION, RESENT, REMINDER), or the provider approve (APPROVAL_REQUESTED). */
  expiresAt?: string;
  /** Why it was declined or rejected, in the words of who did it; or why a mail bounced, in ours. */
  reason?: string;
};

/** What became of a mail. */
export type MailMark = { sentAt?: string; droppedAt?: string; failedAt?: string };

type Registered = Details & { partnerId: string };

type EventData =
  | {
      type: 'CustomerInvited';
      data: Registered & Deadline & { email: string; writtenEmail?: string; nonce: string };
    }
  | { type: 'CustomerRegistered'; data: Registered & Confirmed }
  | { type: 'InvitationResent'; data: Deadline }
  | { type: 'InvitationReminded'; data: { remindAt?: string } }
  | { type: 'ReminderSkipped'; data: { remindAt?: string; reason: 'EMAIL_UNDELIVERABLE' | 'SWITCHED_OFF' } }
  | { type: 'InvitationAccepted'; data: Confirmed }
  | { type: 'InvitationDeclined'; data: { reason?: string; removeAt: string } }
  | { type: 'CustomerApproved'; data: { organization: Organization } }
  | { type: 'CustomerRejected'; data: { reason?: string; removeAt: string } }
  | { type: 'CustomerSuspended'; data: { reason?: string } }
  | { type: 'CustomerActivated'; data: Record<string, never> }
  | { type: 'CustomerUpdated'; data: { changes: Changes } & Partial<Deadline> }
  | { type: 'AccessUpdated'; data: { deltas: AccessDelta[] } }
  | { type: 'CustomerExpired'; data: { removeAt: string } }
  | { type: 'CustomerDeleted'; data: { removeAt: string } }
  | { type: 'CloudCreated'; data: { cloudId: string; organizationId: string } & NewCloud }
  | {
      type: 'CloudLinked';
      data: { cloudId: string; name: string; organizationId: string; outstandingCharges: boolean };
    }
  | { type: 'CloudUnlinked'; data: { cloudId: string } };

/** Until when the customer may confirm, and when it is reminded first. */
type Deadline = { expiresAt: string; remindAt?: string };

/** What confirming leads to: the organization, or the provider's approval by a deadline. */
type Confirmed = { organization: Organization } | { expiresAt: string };

export type CustomerEvent = EventData & {
  customerId: string;
  version: number;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  /** Who did it: `USER#<email>`, `SERVICE_ACCOUNT#<client id>`, `LINK_HOLDER` or `SCHEDULE`. */
  actor: string;
  /** The mails that it calls for, each with the time at which it was sent, dropped, or given up. */
  mails?: (Mail & MailMark)[];
  /** The idempotency key it came with and a digest of the request (both hashed): what a replay is recognised by. */
  idempotency?: Idempotency;
};

export type Idempotency = { key: string; request: string };

/** What a decision depends on besides the customer and the command. */
export type Circumstances = {
  now: Date;
  program: Program;
  actor: string;
  idempotency?: Idempotency | undefined;
  /** The versions that the caller has seen and is willing to change (`If-Match`); absent: any. */
  ifMatch?: number[] | undefined;
};

/**
 * The customer as time has made it, whether or not the cleanup has come by: past its deadline it is EXPIRED, past its
 * retention DELETED.
 */
export function asOf(customer: Customer, now: Date, program: Program): Customer {
  let current = customer;
  if (awaits(current) && current.expiresAt !== undefined && current.expiresAt <= now.toISOString()) {
    current = { ...released(current, expiryRemoval(current.expiresAt, program)), status: 'EXPIRED' };
  }
  if (current.removeAt !== undefined && current.removeAt <= now.toISOString()) {
    current = { ...current, status: 'DELETED' };
  }
  return current;
}

/**
 * What a command does to a customer.
 *
 * @param stored the customer as it is stored, or undefined for the two commands that register one
 * @returns the event; or null where there is nothing left to do, as when the customer has confirmed already
 * @throws Problem where the command is refused: CUSTOMER_STATUS, CUSTOMER_NOT_ACTIVE, RESEND_TOO_SOON, EMAIL_UNDELIVERABLE,
 *   EMAIL_DOMAIN_NOT_ALLOWED, RESELLER_SERVED_NOT_ALLOWED, CUSTOMER_NOT_FOUND, STALE_VERSION
 */
export function decide(
  stored: Customer | undefined,
  command: Command,
  circumstances: Circumstances,
): CustomerEvent | null {
  const { now, program, actor, idempotency } = circumstances;
  const at = now.toISOString();
  const event = (before: Customer | undefined, customerId: string, what: EventData): CustomerEvent => {
    const version = (before?.version ?? 0) + 1;
    const happened: CustomerEvent = { ...what, customerId, version, at, actor, ...(idempotency && { idempotency }) };
    if (!('partnerName' in command) || command.partnerName === undefined) return happened;
    const mails = mailsOf(happened, evolve(before, happened), command.partnerName, program);
    return mails.length > 0 ? { ...happened, mails } : happened;
  };

  if (command.type === 'invite') {
    allowEmail(command.email, program);
    const { id, partnerId, details, email, nonce } = command;
    const writtenEmail = command.writtenEmail === email ? undefined : command.writtenEmail;
    const invited = {
      ...details,
      partnerId,
      email,
      ...(writtenEmail !== undefined && { writtenEmail }),
      nonce,
      ...deadline(now, program),
    };
    return event(undefined, id, { type: 'CustomerInvited', data: invited });
  }
  if (command.type === 'registerResellerServed') {
    if (!program.resellerServedCustomers) {
      throw new Problem(
        'RESELLER_SERVED_NOT_ALLOWED',
        'Customers of this program must confirm. Invite the customer by email.',
      );
    }
    const { id, partnerId, details } = command;
    const next = confirmed(id, details.name, command.alreadyCustomer, now, program);
    return event(undefined, id, { type: 'CustomerRegistered', data: { ...details, partnerId, ...next } });
  }

  if (command.type === 'expire') {
    // Decided on what is stored: this very command writes down what time has done already.
    if (!stored || !awaits(stored) || stored.expiresAt === undefined || stored.expiresAt > at) return null;
    const removeAt = expiryRemoval(stored.expiresAt, program);
    return event(stored, stored.id, { type: 'CustomerExpired', data: { removeAt } });
  }

  const customer = stored && asOf(stored, now, program);
  if (!customer || customer.status === 'DELETED') throw customerNotFound();
  if (circumstances.ifMatch && !circumstances.ifMatch.includes(customer.version)) {
    throw new Problem('STALE_VERSION', 'The customer has changed since you read it. Read it again, and decide anew.', {
      members: { currentVersion: customer.version },
    });
  }
  const then = (what: EventData) => event(customer, customer.id, what);
  const refuse = (doing: string): Problem => statusProblem(customer, doing, program);

  switch (command.type) {
    case 'resend': {
      if (customer.email === null || !isInvited(customer)) throw refuse('send the invitation again');
      // First, since waiting doesn't help.
      if (command.undeliverable !== undefined) throw undeliverable(customer, command.undeliverable);
      // One that has expired was sent long ago: longer than any cooldown.
      const sparedUntil = customer.status === 'EXPIRED' ? undefined : resendableAt(customer, program);
      if (sparedUntil !== undefined && sparedUntil > at) throw tooSoon(sparedUntil, now);
      return then({ type: 'InvitationResent', data: deadline(now, program) });
    }
    case 'remind': {
      const { status, expiresAt, remindAt } = customer;
      if (status !== 'VERIFICATION_REQUIRED' || expiresAt === undefined) return null;
      if (remindAt === undefined || remindAt > at) return null;
      const data = nextReminder(expiresAt, now, program);
      const off = program.mailsOff.includes('REMINDER');
      if (off || command.undeliverable !== undefined) {
        return then({
          type: 'ReminderSkipped',
          data: { ...data, reason: off ? 'SWITCHED_OFF' : 'EMAIL_UNDELIVERABLE' },
        });
      }
      return then({ type: 'InvitationReminded', data });
    }
    case 'accept': {
      if (
        customer.confirmedAt !== undefined &&
        ['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'].includes(customer.status)
      ) {
        return null;
      }
      if (customer.status !== 'VERIFICATION_REQUIRED') throw refuse('confirm');
      const next = confirmed(customer.id, customer.name, command.alreadyCustomer, now, program);
      return then({ type: 'InvitationAccepted', data: next });
    }
    case 'decline':
      if (customer.status !== 'VERIFICATION_REQUIRED') throw refuse('decline');
      return then({ type: 'InvitationDeclined', data: { removeAt: removal(now, program) } });
    case 'approve':
      if (customer.status !== 'APPROVAL_REQUIRED') throw refuse('approve');
      return then({ type: 'CustomerApproved', data: { organization: organizationOf(customer.id, customer.name) } });
    case 'reject':
      if (customer.status !== 'APPROVAL_REQUIRED') throw refuse('reject');
      return then({ type: 'CustomerRejected', data: { ...reasonOf(command), removeAt: removal(now, program) } });
    case 'suspend':
      if (customer.status !== 'ACTIVE') throw refuse('suspend');
      return then({ type: 'CustomerSuspended', data: reasonOf(command) });
    case 'activate':
      if (customer.status !== 'SUSPENDED') throw refuse('activate');
      return then({ type: 'CustomerActivated', data: {} });
    case 'update': {
      const { changes } = command;
      if (isOver(customer)) throw refuse('change');
      if (changes.email === undefined || changes.email === customer.email) {
        const { email, nonce, ...others } = changes;
        if (Object.keys(others).length === 0) return null;
        return then({ type: 'CustomerUpdated', data: { changes: others } });
      }
      if (customer.status !== 'VERIFICATION_REQUIRED') throw refuse('change the email address');
      allowEmail(changes.email, program);
      return then({ type: 'CustomerUpdated', data: { changes, ...deadline(now, program) } });
    }
    case 'updateAccess':
      if (isOver(customer)) throw refuse('change its access');
      return command.deltas.length === 0 ? null : then({ type: 'AccessUpdated', data: { deltas: command.deltas } });
    case 'delete':
      if (customer.status === 'ACTIVE' || customer.status === 'SUSPENDED') throw refuse('delete');
      return then({ type: 'CustomerDeleted', data: { removeAt: at } });
    case 'createCloud': {
      const { cloudId, name, description, labels } = command;
      const organizationId = activeOrganization(customer, program).id;
      return then({ type: 'CloudCreated', data: { cloudId, name, organizationId, description, labels } });
    }
    case 'linkCloud': {
      const { cloudId, name, outstandingCharges } = command;
      const organizationId = activeOrganization(customer, program).id;
      return then({ type: 'CloudLinked', data: { cloudId, name, organizationId, outstandingCharges } });
    }
    case 'unlinkCloud':
      if (customer.status !== 'ACTIVE' && customer.status !== 'SUSPENDED') throw refuse('unlink a cloud');
      return then({ type: 'CloudUnlinked', data: { cloudId: command.cloudId } });
  }
}

/** The customer after an event. Folding all its events, oldest first, gives the customer as it is stored. */
export function evolve(before: Customer | undefined, event: CustomerEvent): Customer {
  const after = apply(before, event);
  const { idempotency, version, at } = event;
  return {
    ...after,
    version,
    updatedAt: at,
    ...(event.mails?.some(({ kind }) => opensInvitation(kind)) && { invitedAt: at, mailVersion: version }),
    recentKeys: idempotency
      ? [...after.recentKeys, { key: idempotency.key, version }].slice(-REMEMBERED_KEYS)
      : after.recentKeys,
  };
}

function apply(before: Customer | undefined, event: CustomerEvent): Customer {
  const { type, data, at } = event;
  if (type === 'CustomerInvited' || type === 'CustomerRegistered') {
    const { partnerId, name, friendlyName, role, person, language, adminEmails } = data;
    const registered: Omit<Customer, 'status' | 'email'> = {
      id: event.customerId,
      partnerId,
      version: event.version,
      name,
      ...(friendlyName !== undefined && { friendlyName }),
      role,
      person,
      language,
      adminEmails,
      administrators: adminEmails,
      createdAt: at,
      createdBy: event.actor,
      updatedAt: at,
      recentKeys: [],
    };
    if (type === 'CustomerRegistered') return confirm({ ...registered, status: 'ACTIVE', email: null }, data);
    const { email, writtenEmail, nonce } = data;
    const written = writtenEmail !== undefined && { writtenEmail };
    return { ...registered, status: 'VERIFICATION_REQUIRED', email, ...written, nonce, ...deadlineOf(data) };
  }
  if (!before) throw new Error(`${type} of a customer that isn't registered`);
  switch (type) {
    case 'InvitationResent': {
      const { removeAt, statusReason, remindAt, ...customer } = before;
      return { ...customer, status: 'VERIFICATION_REQUIRED', ...deadlineOf(data) };
    }
    case 'InvitationReminded':
    case 'ReminderSkipped': {
      const { remindAt, ...customer } = before;
      return { ...customer, ...(data.remindAt !== undefined && { remindAt: data.remindAt }) };
    }
    case 'InvitationAccepted':
      return { ...confirm(before, data), confirmedAt: at };
    case 'CustomerApproved':
      return confirm(before, data);
    case 'InvitationDeclined':
      return { ...released(before, data.removeAt), status: 'DECLINED', ...statusReasonOf(data) };
    case 'CustomerRejected':
      return { ...released(before, data.removeAt), status: 'REJECTED', ...statusReasonOf(data) };
    case 'CustomerExpired':
      return { ...released(before, data.removeAt), status: 'EXPIRED' };
    case 'CustomerDeleted':
      return { ...released(before, data.removeAt), status: 'DELETED' };
    case 'CustomerSuspended':
      return { ...before, status: 'SUSPENDED', ...statusReasonOf(data) };
    case 'CustomerActivated': {
      const { statusReason, ...customer } = before;
      return { ...customer, status: 'ACTIVE' };
    }
    case 'CustomerUpdated': {
      const { expiresAt, remindAt } = data;
      const { friendlyName, ...others } = data.changes;
      const changes = { ...others, ...(friendlyName !== undefined && { friendlyName: friendlyName ?? undefined }) };
      if (expiresAt === undefined) return { ...before, ...changes };
      // What became of the mails to the old address says nothing of the new one.
      const { writtenEmail, remindAt: _, invitedAt, mailVersion, ...customer } = before;
      return { ...customer, ...changes, ...deadlineOf({ expiresAt, ...(remindAt !== undefined && { remindAt }) }) };
    }
    case 'AccessUpdated':
      return { ...before, ownBindings: true };
    case 'CloudCreated':
    case 'CloudLinked':
      return { ...before, clouds: (before.clouds ?? 0) + 1 };
    case 'CloudUnlinked':
      return { ...before, clouds: (before.clouds ?? 0) - 1 };
  }
}

/** From when on the invitation can be sent again; undefined where it was never sent. */
export function resendableAt(customer: Customer, program: Program): string | undefined {
  if (customer.invitedAt === undefined) return undefined;
  return new Date(Date.parse(customer.invitedAt) + program.resendCooldownMinutes * MINUTE_MS).toISOString();
}

/**
 * Until when the recipient of an invitation is spared the next one, when the invitation is withdrawn or goes to another address: whoever
 * registers the address again meanwhile has to wait. Undefined where the recipient has answered, or the invitation has expired.
 */
export function sparedUntil(before: Customer, after: Customer, now: Date, program: Program): string | undefined {
  const withdrawn = after.status === 'DELETED' || after.email !== before.email;
  if (!withdrawn || asOf(before, now, program).status !== 'VERIFICATION_REQUIRED') return undefined;
  const until = resendableAt(before, program);
  return until !== undefined && until > now.toISOString() ? until : undefined;
}

/** The refusal of an invitation whose recipient got one a short while ago. */
export function tooSoon(until: string, now: Date): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil((Date.parse(until) - now.getTime()) / 1000));
  const sentence = `An invitation was sent to this address a short while ago. Send it again in ${Math.ceil(retryAfterSeconds / 60)} min.`;
  return new Problem('RESEND_TOO_SOON', sentence, { retryAfterSeconds });
}

/** The refusal to mail an address that takes no mail, or whose owner doesn't want any. */
function undeliverable({ status }: Customer, reason: string): Problem {
  const wayOut =
    status === 'EXPIRED'
      ? 'The invitation has expired: register the customer under another address.'
      : "Change the customer's email address: the new one is invited at once.";
  return new Problem('EMAIL_UNDELIVERABLE', `No mail reaches this address. ${reason} ${wayOut}`, {
    errors: [{ path: 'email', message: 'no mail reaches this email' }],
  });
}

/** Whether an invitation is open or can be opened again with a new mail. */
function isInvited(customer: Customer): boolean {
  return customer.status === 'VERIFICATION_REQUIRED' || isExpiredInvitation(customer);
}

/** Whether the customer holds its email address: nobody else may be invited under it meanwhile. */
export function holdsEmail(customer: Customer): boolean {
  return !isOver(customer);
}

/** What people read for a status under the program. */
export function statusLabel(status: Customer['status'], program: Program): string {
  const ordinary = {
    VERIFICATION_REQUIRED: 'Verification required',
    APPROVAL_REQUIRED: 'Awaiting approval',
    ACTIVE: 'Active',
    SUSPENDED: 'Suspended',
    DECLINED: 'Declined',
    REJECTED: 'Rejected',
    EXPIRED: 'Expired',
    DELETED: 'Deleted',
  };
  return (status !== 'DELETED' ? program.statusLabels[status] : undefined) ?? ordinary[status];
}

/** The 404 that a customer answers with to whoever may not know of it. */
export function customerNotFound(): Problem {
  return new Problem('CUSTOMER_NOT_FOUND', 'There is no such customer. Check the id: your list of customers has it.');
}

const awaits = (customer: Customer) => ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED'].includes(customer.status);
const isOver = (customer: Customer) => ['DECLINED', 'REJECTED', 'EXPIRED', 'DELETED'].includes(customer.status);
/** Expired before it confirmed; a customer that expired awaiting approval has nothing to confirm again. */
const isExpiredInvitation = (customer: Customer) => customer.status === 'EXPIRED' && customer.confirmedAt === undefined;

const inDays = (from: Date, days: number) => new Date(from.getTime() + days * DAY_MS).toISOString();
/** The deadline of an invitation that is sent now, with its first reminder. */
function deadline(now: Date, program: Program): Deadline {
  const expiresAt = inDays(now, program.confirmationDays);
  return { expiresAt, ...nextReminder(expiresAt, now, program) };
}

/** The first reminder that is still to come; one that was missed is not made up for. */
function nextReminder(expiresAt: string, now: Date, program: Program): { remindAt?: string } {
  if (program.mailsOff.includes('REMINDER')) return {};
  const [remindAt] = program.reminderDays
    .map((days) => inDays(new Date(expiresAt), -days))
    .filter((time) => time > now.toISOString())
    .sort();
  return remindAt === undefined ? {} : { remindAt };
}

const deadlineOf = ({ expiresAt, remindAt }: Deadline): Deadline => ({
  expiresAt,
  ...(remindAt !== undefined && { remindAt }),
});

const removal = (now: Date, program: Program) => inDays(now, program.retentionDays);
const expiryRemoval = (expiresAt: string, program: Program) => inDays(new Date(expiresAt), program.retentionDays);

const reasonOf = (command: { reason?: string | undefined }) =>
  command.reason === undefined ? {} : { reason: command.reason };
const statusReasonOf = (data: { reason?: string }) => (data.reason === undefined ? {} : { statusReason: data.reason });

/** The customer without what only a living one has: its deadline goes, the day of its removal comes. */
function released(customer: Customer, removeAt: string): Customer {
  const { expiresAt, remindAt, statusReason, ...rest } = customer;
  return { ...rest, removeAt };
}

function confirm(customer: Customer, next: Confirmed): Customer {
  const { expiresAt, remindAt, ...rest } = customer;
  return 'organization' in next
    ? { ...rest, status: 'ACTIVE', organization: next.organization }
    : { ...rest, status: 'APPROVAL_REQUIRED', expiresAt: next.expiresAt };
}

function confirmed(id: string, name: string, alreadyCustomer: boolean, now: Date, program: Program): Confirmed {
  const approval =
    program.providerApproval === 'ALWAYS' ||
    (program.providerApproval === 'UNLESS_ALREADY_CUSTOMER' && !alreadyCustomer);
  return approval ? { expiresAt: inDays(now, program.approvalDays) } : { organization: organizationOf(id, name) };
}

/** Its id follows from the customer's, `dn2…` → `bpf…`: there is one organization for each. */
function organizationOf(customerId: string, name: string): Organization {
  return { id: customerId.replace(/^dn2/, 'bpf'), name: `For subaccount '${name}'` };
}

/** The customer whose organization has this id; none where it isn't an organization's. */
export const customerIdOfOrganization = (organizationId: string): string | undefined =>
  organizationId.startsWith('bpf') ? organizationId.replace(/^bpf/, 'dn2') : undefined;

function activeOrganization(customer: Customer, program: Program): Organization {
  if (customer.status === 'ACTIVE' && customer.organization) return customer.organization;
  throw new Problem(
    'CUSTOMER_NOT_ACTIVE',
    `The customer's status is ${statusLabel(customer.status, program)}. Clouds can be created and linked once it is ${statusLabel('ACTIVE', program)}.`,
    { members: { currentStatus: customer.status } },
  );
}

function allowEmail(email: string, program: Program): void {
  const domains = program.allowedEmailDomains;
  if (domains.length === 0 || domains.some((domain) => email.endsWith(`@${domain}`))) return;
  const message = `email must be of ${domains.join(', ')}`;
  throw new Problem('EMAIL_DOMAIN_NOT_ALLOWED', `Under this program the ${message}.`, {
    errors: [{ path: 'email', message }],
  });
}

function statusProblem(customer: Customer, doing: string, program: Program): Problem {
  const label = statusLabel(customer.status, program);
  const again = 'The partner can invite the customer anew.';
  const advice = {
    VERIFICATION_REQUIRED: 'The customer has to confirm first.',
    APPROVAL_REQUIRED: 'The provider has to approve first.',
    ACTIVE: 'Reload to see what is possible now.',
    SUSPENDED: 'The partner can activate the customer again.',
    DECLINED: again,
    REJECTED: again,
    EXPIRED: isInvited(customer) && customer.email !== null ? 'The partner can send a new invitation.' : again,
    DELETED: again,
  }[customer.status];
  return new Problem(
    'CUSTOMER_STATUS',
    `The customer's status is ${label}: it is not possible to ${doing}. ${advice}`,
    {
      members: { currentStatus: customer.status },
    },
  );
}
