/** Which mails an event calls for, to whom they go, and until when each is worth sending. Pure. */

import { firstCharacters } from '../contract/fields.ts';
import type { MailKind } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Customer } from './customer.ts';
import { type CustomerEvent, type Mail, TO_OWNERS } from './event.ts';

/** Whether a mail of this kind goes to the invited address, with the link that opens the invitation. */
export const opensInvitation = (kind: MailKind): boolean => ['INVITATION', 'RESENT', 'REMINDER'].includes(kind);

/** Whether a mail of this kind tells the contact that the partner has suspended or resumed its services. */
export const tellsOfSuspension = (kind: MailKind): boolean => ['SUSPENDED', 'RESUMED'].includes(kind);

/**
 * The contact is told at most once in this time that its services are suspended or resumed, so that a partner can't flood it with mails. A
 * mail that comes earlier waits, and the next one replaces it.
 */
const TOLD_EVERY_MS = 60 * 60_000;

/** Most characters of a name or reason in an event's mails: more than a mail shows, and far below DynamoDB's 400 KB for an item. */
const MAX_CHARACTERS = 1_000;
const begun = (text: string) => firstCharacters(text, MAX_CHARACTERS);

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
  SUSPENDED: ['SUSPENDED'],
  RESUMED: ['ACTIVE'],
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
  const toCreator = (kind: MailKind, more: Partial<Mail> = {}): Mail[] => [
    { kind, to: creatorOf(after), language: program.defaultLanguage, ...about, ...more },
  ];
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
        return toCreator('DECLINED', event.data.noMoreInvitations ? { noMoreInvitations: true } : {});
      case 'CustomerExpired':
        return toCreator('EXPIRED');
      case 'CustomerApproved':
        return [...toCustomer('APPROVED'), ...toCreator('APPROVED_FOR_PARTNER')];
      case 'CustomerSuspended':
        return toCustomer('SUSPENDED', notTooSoon(event.at, after.toldAt));
      case 'CustomerActivated':
        return toCustomer('RESUMED', notTooSoon(event.at, after.toldAt));
      case 'CustomerRejected':
        return [...toCustomer('REJECTED', why), ...toCreator('REJECTED_FOR_PARTNER', why)];
      default:
        return [];
    }
  };
  return owed().filter(({ kind }) => !program.mailsOff.includes(kind));
}

/**
 * When the contact may be told again.
 *
 * @param toldAt when the contact was told last, or is to be told by a mail that waits; undefined: never
 */
function notTooSoon(now: string, toldAt: string | undefined): Pick<Mail, 'notBefore'> {
  if (toldAt === undefined) return {};
  // The next mail replaces a mail that waits, and takes its time.
  const next = toldAt > now ? toldAt : new Date(Date.parse(toldAt) + TOLD_EVERY_MS).toISOString();
  return next > now ? { notBefore: next } : {};
}

/** The mail to the creator of the customer that the invitation bounced; undefined if the program has switched this mail off. */
export function bounceMail(
  customer: Customer,
  bounced: Mail,
  reason: string,
  { defaultLanguage, mailsOff }: Program,
): Mail | undefined {
  if (mailsOff.includes('BOUNCED')) return undefined;
  const { partnerName, customerName } = bounced;
  const about = { partnerName, ...(customerName !== undefined && { customerName }) };
  return { kind: 'BOUNCED', to: creatorOf(customer), language: defaultLanguage, ...about, reason };
}

/**
 * Whether a waiting mail is still worth sending: no newer mail has replaced it, and its text is still true.
 *
 * @param version the version of the event that called for the mail; for BOUNCED, of the event whose mail bounced
 * @param customer the customer at this moment (`asOf`)
 */
export function isStillWanted({ kind }: Mail, version: number, customer: Customer): boolean {
  const replaced =
    ((opensInvitation(kind) || kind === 'BOUNCED') && customer.mailVersion !== version) ||
    (tellsOfSuspension(kind) && customer.toldVersion !== version);
  return !replaced && TRUE_WHILE[kind].includes(customer.status);
}

/** The email address of the person who registered the customer. A service account reads no mail: instead, the partner's owners do. */
const creatorOf = ({ createdBy }: Customer): string =>
  createdBy.startsWith('USER#') ? createdBy.slice('USER#'.length) : TO_OWNERS;
