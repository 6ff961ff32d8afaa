/**
 * No partner confirms for its customer: the partner can't invite an address of its own, and such an address can't answer its invitation.
 * Membership is checked inside the transaction, so a person who becomes a member at the same time has one outcome.
 */
import { Problem } from '../contract/problem.ts';
import type { Actor, Customer } from '../customer/customer.ts';
import { leftKey, membershipKey, type Subject } from '../table/keys.ts';
import { type Alongside, check } from '../table/table.ts';
import type { InvitingPartner } from './dailyLimit.ts';

/**
 * The writes that refuse to invite an address of the partner's own: of a member, of whoever registers the customer, in the partner's
 * domains.
 *
 * @throws Problem EMAIL_OF_MEMBER, also as the refusal of the writes
 */
export function requireOutsider(
  email: string,
  createdBy: Actor,
  { id, domains }: Pick<InvitingPartner, 'id' | 'domains'>,
): Alongside[] {
  const message = "email is one of the partner's own";
  const refused = new Problem(
    'EMAIL_OF_MEMBER',
    'A customer confirms for itself, so this address of your own partner account cannot be invited. Name an address of the customer.',
    { errors: [{ path: 'email', message }] },
  );
  if (isOwn(email, createdBy, domains)) throw refused;
  return [{ write: notMember(email, id), refused }];
}

/**
 * The writes that refuse an answer from an address of the partner's own: the addresses that the partner can't invite, and those of anyone
 * who has been a member since the registration.
 *
 * @throws Problem EMAIL_OF_MEMBER, also as the refusal of the writes
 */
export function requireOutsiderAnswers(
  { email, partnerId, createdBy, createdAt }: Pick<Customer, 'email' | 'partnerId' | 'createdBy' | 'createdAt'>,
  { name, domains }: Pick<InvitingPartner, 'name' | 'domains'>,
): Alongside[] {
  // A customer without an invitee has no invitation to answer.
  if (email === null) return [];
  const refused = new Problem(
    'EMAIL_OF_MEMBER',
    `This address belongs to ${name}, which invited the customer. Only the customer can answer: ask ${name} to invite an address of the customer.`,
  );
  if (isOwn(email, createdBy, domains)) throw refused;
  const leftBefore = check(leftKey(subjectOf(email), partnerId), {
    condition: 'attribute_not_exists(pk) OR leftAt < :createdAt',
    values: { ':createdAt': createdAt },
  });
  return [
    { write: notMember(email, partnerId), refused },
    { write: leftBefore, refused },
  ];
}

const subjectOf = (email: string): Subject => `USER#${email}`;

const isOwn = (email: string, createdBy: Actor, domains: string[]): boolean =>
  subjectOf(email) === createdBy || domains.includes(email.slice(email.lastIndexOf('@') + 1));

const notMember = (email: string, partnerId: string) =>
  check(membershipKey(subjectOf(email)), {
    condition: 'attribute_not_exists(pk) OR partnerId <> :partnerId',
    values: { ':partnerId': partnerId },
  });
