/** The commands that change a customer, and the circumstances of a decision. */
import type { Program } from '../program/program.ts';
import type { Actor, Customer, Details } from './customer.ts';

/** The fields to change. `friendlyName: null` removes it; `nonce` goes with a new `email`. */
export type Changes = Partial<Omit<Details, 'friendlyName'>> & {
  friendlyName?: string | null;
  email?: string;
  nonce?: string;
};

/**
 * A command. `partnerName` is the partner's name for the mails of the event. `undeliverable` is the reason why no mail reaches the invited
 * address, if a mail to it bounced for good or was reported as unwanted. `declinedUntil` is until when the recipient wants no more invitations
 * from the partner. `name` is the name as the contact has corrected it.
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
  | { type: 'remind'; partnerName: string; undeliverable?: string | undefined; declinedUntil?: string | undefined }
  | { type: 'accept'; partnerName: string; alreadyCustomer: boolean; name?: string | undefined }
  | { type: 'decline'; partnerName: string; noMoreInvitations?: boolean | undefined }
  | { type: 'approve'; partnerName: string }
  | { type: 'reject'; partnerName: string; reason?: string | undefined }
  | { type: 'suspend'; partnerName?: string; reason?: string | undefined }
  | { type: 'activate'; partnerName?: string }
  | { type: 'update'; partnerName?: string; changes: Changes }
  | { type: 'updateAccess'; deltas: AccessDelta[] }
  | { type: 'delete' }
  | { type: 'expire'; partnerName: string }
  | ({ type: 'createCloud'; cloudId: string } & NewCloud)
  | { type: 'linkCloud'; cloudId: string; name: string; outstandingCharges: boolean }
  | { type: 'unlinkCloud'; cloudId: string }
  | { type: 'updateCloudAccess'; cloudId: string; name: string; deltas: CloudDelta[] };

/** The fields of a new cloud. */
export type NewCloud = { name: string; description?: string | undefined; labels?: Record<string, string> | undefined };

/** One change by hand: grants a role on the subaccount to a subject, or revokes it. */
export type AccessDelta = {
  action: 'ADD' | 'REMOVE';
  roleId: string;
  subject: { id: string; type: 'USER' | 'SERVICE_ACCOUNT' };
};

/** One change of a role on an existing cloud by its holder: grants the role, until a moment or for good, or revokes it. */
export type CloudDelta = {
  action: 'ADD' | 'REMOVE';
  roleId: string;
  subject: { id: string; type: 'USER' | 'SERVICE_ACCOUNT' | 'PARTNER' };
  expiresAt?: string | undefined;
};

/** The digest of an Idempotency-Key and the digest of its request. Both are stored, to recognise a replay. */
export type Idempotency = { key: string; request: string };

/** The circumstances of a decision: what it depends on besides the customer and the command. */
export type Circumstances = {
  now: Date;
  program: Program;
  actor: Actor;
  idempotency?: Idempotency | undefined;
  /** Whether the event's mails wait in the partner's queue, instead of leaving at once. */
  mailsQueued?: boolean | undefined;
  /** The versions that the caller accepts (`If-Match`); absent: any. */
  ifMatch?: number[] | undefined;
  /**
   * Refuses a caller who may not make the change any more, by the customer and the roles that are stored now. A change that meets a
   * conflict calls it before each new attempt.
   */
  authoriseAgain?: ((customer: Customer) => Promise<void>) | undefined;
};
