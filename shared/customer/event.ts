/** What can happen to a customer. Events are the audit trail and the outbox: an event contains the mails that it calls for. */
import type { Language, MailKind } from '../contract/vocabulary.ts';
import type { AccessDelta, Changes, Idempotency, NewCloud } from './command.ts';
import type { Actor, Details, Organization } from './customer.ts';
import type { Deadline } from './deadlines.ts';

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

/** What happened, without by whom and when. */
export type EventData =
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

/** What confirming leads to: the organization, or the provider's approval by a deadline. */
export type Confirmed = { organization: Organization } | { expiresAt: string };

export type CustomerEvent = EventData & {
  customerId: string;
  version: number;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  actor: Actor;
  /** The mails that it calls for, each with the time at which it was sent, dropped, or given up. */
  mails?: (Mail & MailMark)[];
  /** The idempotency key it came with and a digest of the request (both hashed): what a replay is recognised by. */
  idempotency?: Idempotency;
};
