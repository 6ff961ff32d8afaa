/** Everything that sending a mail needs beside the mail itself. It depends on what the mail is about, as that is at this moment. */
import { asOf, type Customer } from '../customer/customer.ts';
import type { MemberDelivery } from '../customer/delivery.ts';
import { type Mail, TO_OWNERS } from '../customer/event.ts';
import { isStillWanted, opensInvitation } from '../customer/owedMails.ts';
import { loadCustomer } from '../customer/store.ts';
import { emailedLink } from '../invitation/linkToken.ts';
import {
  blockOf,
  declinedReason,
  endWait,
  loadSpared,
  type Recipient,
  type Spared,
  startPause,
} from '../partner/cooldown.ts';
import { currentProgram } from '../program/currentProgram.ts';
import {
  customerIdOf,
  isOfPartner,
  type Key,
  membershipKey,
  membersOf,
  partnerEventIdOf,
  partnerIdOf,
  pendingKey,
  versionOf,
} from '../table/keys.ts';
import { type Alongside, getItem, queryAll } from '../table/table.ts';
import { markDelivery, markMemberDelivery } from './outbox.ts';
import { AUDIENCE } from './render.ts';
import { tagsOfPartner } from './report.ts';

/** SES takes no mail with more recipients. */
const MAX_RECIPIENTS = 50;
const MEMBERS_PAGE_SIZE = 100;
/** Written here, because `contract/roles.ts` would bring the table of roles into this function's bundle. */
const OWNER_ROLE = 'billing.accounts.owner';

export type Envelope = {
  /** The recipients. */
  to: string[];
  /** Whether the owners of the partner get the mail, because the person who registered the customer can't. */
  toOwners: boolean;
  /** The partner that causes the mail. */
  partnerId: string;
  /** Makes the address of the mail's button. */
  link: () => string | Promise<string>;
  /** The tags by which a report of SES finds the mail. */
  tags: Record<string, string>;
  /** The customer that the mail is about, if it is about one. */
  customerId?: string;
  /** The writes that record the delivery beside the mark on the mail. */
  delivered: (delivery: MemberDelivery) => Alongside[];
};

/** A mail that is not wanted any more, and why. `dropped` are the writes beside the mark that the mail is dropped. */
export type Unwanted = {
  dropped: Alongside[];
  why: 'REMOVED' | 'ANSWERED_OR_REPLACED' | 'INVITATIONS_DECLINED' | 'NO_OWNER';
};

/**
 * The envelope of a mail, or that the mail is not wanted any more.
 *
 * @param key the key of the item on which the mail waits
 * @param at when the mail was called for
 */
export const envelopeOf = (key: Key, mail: Mail, at: string): Promise<Envelope | Unwanted> =>
  isOfPartner(key) ? aboutMembership(key, mail, at) : aboutCustomer(key, mail, at);

async function aboutCustomer(key: Key, mail: Mail, at: string): Promise<Envelope | Unwanted> {
  const customerId = customerIdOf(key);
  const version = versionOf(key);
  const { kind } = mail;
  const now = new Date();
  const customer = (await loadCustomer(customerId))?.customer;
  if (!customer) return { dropped: [], why: 'REMOVED' };
  const { partnerId } = customer;
  const recipient = { partnerId, email: mail.to };
  const marked = (delivery: MemberDelivery, resendableAt?: string) =>
    markDelivery(customerId, kind, { ...delivery, mailVersion: version }, resendableAt);
  // A reminder makes nobody wait.
  const waitEnds = opensInvitation(kind) && kind !== 'REMINDER' ? [endWait(recipient, at, now)] : [];
  if (!isStillWanted(mail, version, asOf(customer, now, currentProgram())))
    return { dropped: waitEnds, why: 'ANSWERED_OR_REPLACED' };
  const spared = opensInvitation(kind) ? await loadSpared(recipient) : {};
  const blockedUntil = blockOf(spared, now);
  if (blockedUntil !== undefined)
    return { dropped: [...waitEnds, ...marked(refusedBy(blockedUntil, now))], why: 'INVITATIONS_DECLINED' };
  const toOwners = AUDIENCE[kind] === 'partner' && !(await isMember(mail.to, partnerId));
  const to = toOwners ? await ownersOf(partnerId) : [mail.to];
  if (to.length === 0) return { dropped: [], why: 'NO_OWNER' };
  return {
    to,
    toOwners,
    partnerId,
    link: () => linkOf(mail, customer),
    tags: { customer: customerId, version: String(version), kind },
    customerId,
    delivered: (delivery) => {
      if (!opensInvitation(kind)) return [];
      const { writes, resendableAt } = afterDelivery(recipient, spared, at, delivery);
      return [...marked(delivery, resendableAt), ...writes];
    },
  };
}

/** The delivery of a mail that is not sent because its recipient wants no more invitations from the partner until a time. */
const refusedBy = (until: string, now: Date): MemberDelivery => ({
  status: 'FAILED',
  at: now.toISOString(),
  reason: declinedReason(until),
  reasonCode: 'INVITATIONS_DECLINED',
});

/** The invitation of a member is wanted until it is answered, withdrawn or replaced, or lapses. */
async function aboutMembership(key: Key, { kind, to }: Mail, at: string): Promise<Envelope | Unwanted> {
  const partnerId = partnerIdOf(key);
  const recipient = { partnerId, email: to };
  const now = new Date();
  // Read here and not by `access/member.ts`, for the same reason.
  const invitation = pendingKey(`USER#${to}`, partnerId);
  const [invited, spared] = await Promise.all([getItem(invitation), loadSpared(recipient)]);
  const marked = (delivery: MemberDelivery) => markMemberDelivery(invitation, at, delivery);
  const waitEnds = endWait(recipient, at, now);
  if (invited?.['invitedAt'] !== at || String(invited['lapsesAt']) <= now.toISOString())
    return { dropped: [waitEnds], why: 'ANSWERED_OR_REPLACED' };
  const blockedUntil = blockOf(spared, now);
  if (blockedUntil !== undefined)
    return { dropped: [waitEnds, marked(refusedBy(blockedUntil, now))], why: 'INVITATIONS_DECLINED' };
  return {
    to: [to],
    toOwners: false,
    partnerId,
    link: () => `${process.env['PORTAL_URL']}/my/invitations`,
    tags: { ...tagsOfPartner(partnerId, partnerEventIdOf(key)), kind },
    delivered: (delivery) => [marked(delivery), ...afterDelivery(recipient, spared, at, delivery).writes],
  };
}

/** The writes about the recipient's cooldown, for an invitation or a reminder that has left or was given up. */
function afterDelivery(
  recipient: Recipient,
  spared: Spared,
  calledForAt: string,
  { status, at, sentAt }: MemberDelivery,
): { writes: Alongside[]; resendableAt?: string } {
  if (status === 'SENT') return startPause(recipient, spared, calledForAt, sentAt ?? at, currentProgram());
  return { writes: [endWait(recipient, calledForAt, new Date(at))], resendableAt: at };
}

/** Whether a person is an active member of a partner. Others get no mail about the partner's customers. */
const isMember = async (to: string, partnerId: string): Promise<boolean> =>
  to !== TO_OWNERS && (await getItem(membershipKey(`USER#${to}`)))?.['partnerId'] === partnerId;

/** The email addresses of a partner's active owners, as many as one mail can have. Service accounts have none. */
async function ownersOf(partnerId: string): Promise<string[]> {
  const owners: string[] = [];
  const pages = queryAll({
    index: 'byName',
    condition: 'listOf = :members',
    values: { ':members': membersOf(partnerId), ':owner': OWNER_ROLE },
    filter: 'contains(#roles, :owner) AND attribute_not_exists(lapsesAt)',
    names: { '#roles': 'roles' },
    limit: MEMBERS_PAGE_SIZE,
  });
  for await (const page of pages) {
    owners.push(...page.flatMap(({ pk }) => (pk.startsWith('USER#') ? [pk.slice('USER#'.length)] : [])));
    if (owners.length >= MAX_RECIPIENTS) break;
  }
  return owners.slice(0, MAX_RECIPIENTS);
}

/** The address of the button of a mail about a customer: the emailed link, or the portal's page on the subject of the mail. */
function linkOf({ kind }: Mail, customer: Customer): string | Promise<string> {
  const portal = process.env['PORTAL_URL'];
  switch (AUDIENCE[kind]) {
    case 'invitee':
      return emailedLink(customer);
    case 'operator':
      return `${portal}/approvals/${customer.id}`;
    case 'partner':
      return `${portal}/customers/${customer.id}`;
    default:
      return `${portal}/my/invitations`;
  }
}
