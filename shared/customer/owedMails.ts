/** Which mails an event calls for, to whom they go, and until when each is worth sending. Pure. */

import type { MailKind } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Customer } from './customer.ts';
import type { CustomerEvent, Mail } from './event.ts';

/** Whether a mail of this kind goes to the invited address, with the link that opens the invitation. */
export const opensInvitation = (kind: MailKind): boolean => ['INVITATION', 'RESENT', 'REMINDER'].includes(kind);

/** Most characters of a name or reason in an event's mails: more than a mail shows, and far below DynamoDB's 400 KB for an item. */
const MAX_CHARACTERS = 1_000;
const begun = (text: string) => text.slice(0, MAX_CHARACTERS);

/** The statuses in which the text of a mail is still true. In any other status the mail is dropped. */
const TRUE_WHILE: Record<MailKind, readonly Customer['status'][]> = {
  INVITATION: ['VERIFICATION_REQUIRED'],
  RESENT: ['VERIFICATION_REQUIRED'],
  REMINDER: ['VERIFICATION_REQUIRED'],
  CONFIRMED: ['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'],
  DECLINED: ['DECLINED'],
  EXPIRED: ['EXPIRED'],
  BOUNCED: ['VERIFICATION_REQUIRED'],
  APPROVAL_REQUESTED: ['APPROVAL_REQUIRED'],
  APPROVED: ['ACTIVE', 'SUSPENDED'],
  APPROVED_FOR_PARTNER: ['ACTIVE', 'SUSPENDED'],
  REJECTED: ['REJECTED'],
  REJECTED_FOR_PARTNER: ['REJECTED'],
  // It is about no customer: an event of a partner calls for it.
  MEMBER_INVITED: [],
};

/**
 * The mails that an event calls for, without those that the program has switched off.
 *
 * @param after the customer after the event
 */
export function mailsOf(event: CustomerEvent, after: Customer, partnerName: string, program: Program): Mail[] {
  const { email, language, expiresAt } = after;
  const about = { partnerName: begun(partnerName), customerName: begun(after.name) };
  const until = expiresAt === undefined ? {} : { expiresAt };
  const why = 'reason' in event.data && event.data.reason !== undefined ? { reason: begun(event.data.reason) } : {};
  const toCustomer = (kind: MailKind, more: Partial<Mail> = {}): Mail[] =>
    email === null ? [] : [{ kind, to: email, language, ...about, ...more }];
  const toCreator = (kind: MailKind, more: Partial<Mail> = {}): Mail[] => {
    const to = creatorOf(after);
    return to === undefined ? [] : [{ kind, to, language: program.defaultLanguage, ...about, ...more }];
  };
  const toOperators = (kind: MailKind): Mail[] => {
    const { operatorEmail: to, defaultLanguage } = program;
    return to === undefined || after.status !== 'APPROVAL_REQUIRED'
      ? []
      : [{ kind, to, language: defaultLanguage, ...about, ...until }];
  };
  const owed = (): Mail[] => {
    switch (event.type) {
      case 'CustomerInvited':
        return toCustomer('INVITATION', until);
      case 'CustomerRegistered':
        return toOperators('APPROVAL_REQUESTED');
      case 'InvitationResent':
        return toCustomer('RESENT', until);
      case 'InvitationReminded':
        return toCustomer('REMINDER', until);
      case 'CustomerUpdated':
        return event.data.expiresAt === undefined ? [] : toCustomer('INVITATION', until);
      case 'InvitationAccepted':
        return [...toCreator('CONFIRMED', until), ...toOperators('APPROVAL_REQUESTED')];
      case 'InvitationDeclined':
        return toCreator('DECLINED');
      case 'CustomerExpired':
        return toCreator('EXPIRED');
      case 'CustomerApproved':
        return [...toCustomer('APPROVED'), ...toCreator('APPROVED_FOR_PARTNER')];
      case 'CustomerRejected':
        return [...toCustomer('REJECTED', why), ...toCreator('REJECTED_FOR_PARTNER', why)];
      default:
        return [];
    }
  };
  return owed().filter(({ kind }) => !program.mailsOff.includes(kind));
}

/**
 * The mail to the creator of the customer that the invitation bounced; undefined if the creator is a service account, or the program has
 * switched this mail off.
 */
export function bounceMail(
  customer: Customer,
  bounced: Mail,
  reason: string,
  { defaultLanguage, mailsOff }: Program,
): Mail | undefined {
  const to = creatorOf(customer);
  if (to === undefined || mailsOff.includes('BOUNCED')) return undefined;
  const { partnerName, customerName } = bounced;
  const about = { partnerName, ...(customerName !== undefined && { customerName }) };
  return { kind: 'BOUNCED', to, language: defaultLanguage, ...about, reason };
}

/**
 * Whether a waiting mail is still worth sending: no newer mail has replaced it, and its text is still true.
 *
 * @param version the version of the event that called for the mail; for BOUNCED, of the event whose mail bounced
 * @param customer the customer at this moment (`asOf`)
 */
export function isStillWanted({ kind }: Mail, version: number, customer: Customer): boolean {
  const replaced = (opensInvitation(kind) || kind === 'BOUNCED') && customer.mailVersion !== version;
  return !replaced && TRUE_WHILE[kind].includes(customer.status);
}

/** The email address of the person who registered the customer; undefined for a service account. */
const creatorOf = ({ createdBy }: Customer): string | undefined =>
  createdBy.startsWith('USER#') ? createdBy.slice('USER#'.length) : undefined;
