/** The commands that change a customer, and what a decision depends on besides. */
import type { Program } from '../program/program.ts';
import type { Actor, Details } from './customer.ts';

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

/** An idempotency key and a digest of its request, both hashed: a replay is recognised by them. */
export type Idempotency = { key: string; request: string };

/** What a decision depends on besides the customer and the command. */
export type Circumstances = {
  now: Date;
  program: Program;
  actor: Actor;
  idempotency?: Idempotency | undefined;
  /** The versions that the caller has seen and is willing to change (`If-Match`); absent: any. */
  ifMatch?: number[] | undefined;
};
