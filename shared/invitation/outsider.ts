/**
 * No partner confirms for its customer: the partner can't invite an address of its own, and such an address can't answer its invitation.
 * An answer, a resend and a change of the address check the membership inside their transaction, so a person who becomes a member at the same
 * time has one outcome. A registration reads the membership before, which costs less: the check of the answer is what protects.
 */
import { domainOf, mailboxOf } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import type { Actor, Customer } from '../customer/customer.ts';
import { type Account, accountMatters, requireEligible } from '../customer/eligibility.ts';
import type { Program } from '../program/program.ts';
import { accountKey, leftKey, membershipKey, type Subject } from '../table/keys.ts';
import { type Alongside, check, getItems, transact } from '../table/table.ts';
import type { InvitingPartner } from './dailyLimit.ts';

type Registered = { createdBy: Actor; createdAt: string };
type InvitedCustomer = Pick<Customer, 'email' | 'createdBy' | 'createdAt'>;

/** The person behind a new address: the partners to which the person belongs under that address and its mailbox, and the account. */
export type Invitee = { partnerIds: string[]; account: Account | undefined };

/** Reads the person behind a new address, in one request. Under a program that needs no account, reads no account. */
export async function loadInvitee(email: string, program: Program): Promise<Invitee> {
  const memberships = peopleOf(email).map(membershipKey);
  const accounts = accountMatters(program) ? [accountKey(email)] : [];
  const found = await getItems([...memberships, ...accounts]);
  return {
    partnerIds: found.slice(0, memberships.length).flatMap((item) => (item ? [String(item['partnerId'])] : [])),
    account: found[memberships.length] as Account | undefined,
  };
}

/**
 * Refuses to register a customer under an address of the partner's own: of a member, of whoever registers the customer, or in the partner's
 * domains. The membership was read right before. If the person becomes a member after that, the person can't answer the invitation
 * (`requireOutsiderAnswers`): this is checked inside the transaction of the answer.
 *
 * @throws Problem EMAIL_OF_MEMBER
 */
export function requireNewOutsider(
  email: string,
  createdBy: Actor,
  { partnerIds }: Pick<Invitee, 'partnerIds'>,
  { id, domains }: Pick<InvitingPartner, 'id' | 'domains'>,
): void {
  if (partnerIds.includes(id) || isOwnAddress(email, createdBy, domains)) throw notAnOutsider();
}

/**
 * The writes that refuse to invite another address of a customer, if it is the partner's own: an address that can't be registered, and that
 * of anyone who has been a member since the registration.
 *
 * @throws Problem EMAIL_OF_MEMBER, also as the refusal of the writes
 */
export const requireOutsider = (
  email: string,
  registered: Registered,
  partner: Pick<InvitingPartner, 'id' | 'domains'>,
): Alongside[] => outsiderWrites(email, registered, partner, notAnOutsider());

const notAnOutsider = () =>
  new Problem(
    'EMAIL_OF_MEMBER',
    'A customer confirms for itself, so this address of your own partner account cannot be invited. Name an address of the customer.',
    { errors: [{ path: 'email', message: "email is one of the partner's own", code: 'EMAIL_OF_MEMBER' }] },
  );

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
    { members: { partnerName: name } },
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
  if (isOwnAddress(email, createdBy, domains)) throw refused;
  return peopleOf(email).flatMap((person) => [
    { write: notMember(person, id), refused },
    { write: notMemberSince(createdAt, person, id), refused },
  ]);
}

/** The person of an address. The person who reads the mail of `name@` also reads that of `name+tag@`. */
const peopleOf = (email: string) => [...new Set([email, mailboxOf(email)])].map((each): Subject => `USER#${each}`);

/** Whether an address is that of whoever registers the customer, or in one of the partner's domains. */
const isOwnAddress = (email: string, createdBy: Actor, domains: string[]): boolean =>
  mailboxOf(createdBy) === `USER#${mailboxOf(email)}` || domains.includes(domainOf(email));

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
