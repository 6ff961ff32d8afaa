/** The events of a customer. They are the audit trail and the outbox: an event contains the mails that it calls for. */
import type { Language, MailKind } from '../contract/vocabulary.ts';
import type { AccessDelta, Changes, CloudDelta, Idempotency, NewCloud } from './command.ts';
import type { Actor, Details, Organization } from './customer.ts';
import type { Deadline } from './deadlines.ts';
import type { Delivery } from './delivery.ts';

/** A mail that an event calls for, with all data for its text as of the event. */
export type Mail = {
  kind: MailKind;
  /** An email address; in a notice to the partner also `TO_OWNERS`. */
  to: string;
  language: Language;
  partnerName: string;
  /** Absent in a mail that is about no customer. */
  customerName?: string;
  /**
   * Until when the customer may confirm (INVITATION, RESENT, REMINDER), the provider approve (APPROVAL_REQUESTED), or the person accept
   * (MEMBER_INVITED).
   */
  expiresAt?: string;
  /** Why the customer declined or was rejected, in the person's own words; or why a mail bounced, in a sentence of ours. */
  reason?: string;
  /** Whether the recipient who declined wants no more invitations from the partner. */
  noMoreInvitations?: true;
  /** No sender sends the mail before this time. */
  notBefore?: string;
};

/**
 * Recipients of a notice: the active owners of the partner. A notice to the person who registered the customer also goes to the owners, if
 * that person has left the partner.
 */
export const TO_OWNERS = 'OWNERS';

/** The mark that settles a mail: when it was sent, dropped or given up. */
export type MailMark = { sentAt?: string; droppedAt?: string; failedAt?: string };

/** The newest report of SES on a mail. Mails of earlier versions have none. */
export type Reported = { delivery?: Pick<Delivery, 'status' | 'at' | 'reason' | 'reasonCode'> };

type Registered = Details & { partnerId: string };

/** The type and the data of an event. */
export type EventData =
  | {
      type: 'CustomerInvited';
      data: Registered & Deadline & { email: string; writtenEmail?: string; nonce: string };
    }
  | { type: 'CustomerRegistered'; data: Registered & Confirmed }
  | { type: 'InvitationResent'; data: Deadline }
  | { type: 'InvitationReminded'; data: { remindAt?: string } }
  | {
      type: 'ReminderSkipped';
      data: { remindAt?: string; reason: 'EMAIL_UNDELIVERABLE' | 'INVITATIONS_DECLINED' | 'SWITCHED_OFF' };
    }
  /** `name`: the customer's name, if the contact has corrected it. */
  | { type: 'InvitationAccepted'; data: Confirmed & { name?: string } }
  | { type: 'InvitationDeclined'; data: { reason?: string; removeAt: string; noMoreInvitations?: true } }
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
  | { type: 'CloudUnlinked'; data: { cloudId: string } }
  | { type: 'CloudAccessUpdated'; data: { cloudId: string; name: string; deltas: CloudDelta[] } };

/** The result of a confirmation: the organization, or the deadline of the provider's approval. */
export type Confirmed = { organization: Organization } | { expiresAt: string };

export type CustomerEvent = EventData & {
  customerId: string;
  version: number;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
  actor: Actor;
  /** The mails that the event calls for, each with its mark once it is settled, and with what SES reports on it. */
  mails?: (Mail & MailMark & Reported)[];
  /** The idempotency key and the digest of the request that made the event. */
  idempotency?: Idempotency;
};
