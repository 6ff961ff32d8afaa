/**
 * No partner confirms for its customer: the partner can't invite an address of its own, and such an address can't answer its invitation.
 * Membership is checked inside the transaction, so a person who becomes a member at the same time has one outcome.
 */
import { domainOf, mailboxOf } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import type { Actor, Customer } from '../customer/customer.ts';
import { type Account, requireEligible } from '../customer/eligibility.ts';
import type { Program } from '../program/program.ts';
import { leftKey, membershipKey, type Subject } from '../table/keys.ts';
import { type Alongside, check, transact } from '../table/table.ts';
import type { InvitingPartner } from './dailyLimit.ts';

/** Who registers the customer, and when. A new registration has no time: nobody can have been a member since. */
type Registered = { createdBy: Actor; createdAt?: string };
type InvitedCustomer = Pick<Customer, 'email' | 'createdBy' | 'createdAt'>;

/**
 * The writes that refuse to invite an address of the partner's own: of a member, of whoever registers the customer, in the partner's
 * domains, and of anyone who has been a member since the registration.
 *
 * @throws Problem EMAIL_OF_MEMBER, also as the refusal of the writes
 */
export function requireOutsider(
  email: string,
  registered: Registered,
  partner: Pick<InvitingPartner, 'id' | 'domains'>,
): Alongside[] {
  const message = "email is one of the partner's own";
  const refused = new Problem(
    'EMAIL_OF_MEMBER',
    'A customer confirms for itself, so this address of your own partner account cannot be invited. Name an address of the customer.',
    { errors: [{ path: 'email', message }] },
  );
  return outsiderWrites(email, registered, partner, refused);
}

/**
 * Checks that an account meets the rules of the program. The partner learns nothing about the accounts of its own people: their addresses
 * are refused as such first.
 *
 * @param outsider the writes of `requireOutsider`
 * @throws Problem EMAIL_OF_MEMBER, or the code of a broken rule of the program
 */
export async function requireEligibleOutsider(
  account: Account | undefined,
  outsider: Alongside[],
  program: Program,
): Promise<void> {
  try {
    requireEligible(account, program);
  } catch (error) {
    await transact(outsider);
    throw error;
  }
}

/**
 * The writes that refuse to send an invitation again to an address that couldn't answer it.
 *
 * @throws Problem EMAIL_OF_MEMBER, also as the refusal of the writes
 */
export function requireOutsiderAgain(
  customer: InvitedCustomer,
  partner: Pick<InvitingPartner, 'id' | 'domains'>,
): Alongside[] {
  const refused = new Problem(
    'EMAIL_OF_MEMBER',
    'This address is one of your own partner account, and only the customer can answer. Change the email to an address of the customer.',
  );
  return ofInvitee(customer, partner, refused);
}

/**
 * The writes that refuse an answer from an address of the partner's own: the addresses that the partner can't invite.
 *
 * @throws Problem EMAIL_OF_MEMBER, also as the refusal of the writes
 */
export function requireOutsiderAnswers(
  customer: InvitedCustomer,
  partner: Pick<InvitingPartner, 'id' | 'name' | 'domains'>,
): Alongside[] {
  const { name } = partner;
  const refused = new Problem(
    'EMAIL_OF_MEMBER',
    `This address belongs to ${name}, which invited the customer. Only the customer can answer: ask ${name} to invite an address of the customer.`,
  );
  return ofInvitee(customer, partner, refused);
}

/** A customer without an invitee has no invitation. */
const ofInvitee = (
  { email, ...registered }: InvitedCustomer,
  partner: Pick<InvitingPartner, 'id' | 'domains'>,
  refused: Problem,
): Alongside[] => (email === null ? [] : outsiderWrites(email, registered, partner, refused));

function outsiderWrites(
  email: string,
  { createdBy, createdAt }: Registered,
  { id, domains }: Pick<InvitingPartner, 'id' | 'domains'>,
  refused: Problem,
): Alongside[] {
  // The person who reads the mail of `name@` also reads that of `name+tag@`.
  const people = [...new Set([email, mailboxOf(email)])].map((address): Subject => `USER#${address}`);
  const isCreator = mailboxOf(createdBy) === `USER#${mailboxOf(email)}`;
  if (isCreator || domains.includes(domainOf(email))) throw refused;
  return people.flatMap((person) => [
    { write: notMember(person, id), refused },
    ...(createdAt === undefined ? [] : [{ write: notMemberSince(createdAt, person, id), refused }]),
  ]);
}

const notMember = (person: Subject, partnerId: string) =>
  check(membershipKey(person), {
    condition: 'attribute_not_exists(pk) OR partnerId <> :partnerId',
    values: { ':partnerId': partnerId },
  });

const notMemberSince = (createdAt: string, person: Subject, partnerId: string) =>
  check(leftKey(person, partnerId), {
    condition: 'attribute_not_exists(pk) OR leftAt < :createdAt',
    values: { ':createdAt': createdAt },
  });
