/** Everything that sending a mail needs beside the mail itself. It depends on what the mail is about, as that is at this moment. */
import { asOf, type Customer } from '../customer/customer.ts';
import type { MemberDelivery } from '../customer/delivery.ts';
import type { Mail } from '../customer/event.ts';
import { isStillWanted, opensInvitation } from '../customer/owedMails.ts';
import { loadCustomer } from '../customer/store.ts';
import { emailedLink } from '../invitation/linkToken.ts';
import { endWait, type Recipient, startPause } from '../partner/cooldown.ts';
import { currentProgram } from '../program/currentProgram.ts';
import {
  customerIdOf,
  isOfPartner,
  type Key,
  membershipKey,
  partnerEventIdOf,
  partnerIdOf,
  pendingKey,
  versionOf,
} from '../table/keys.ts';
import { type Alongside, getItem } from '../table/table.ts';
import { markDelivery, markMemberDelivery } from './outbox.ts';
import { AUDIENCE } from './render.ts';
import { tagsOfPartner } from './report.ts';

export type Envelope = {
  /** Makes the address of the mail's button. */
  link: () => string | Promise<string>;
  /** The tags by which a report of SES finds the mail. */
  tags: Record<string, string>;
  /** The customer that the mail is about, if it is about one. */
  customerId?: string;
  /** The writes that record the delivery beside the mark on the mail. */
  delivered: (delivery: MemberDelivery) => Promise<Alongside[]>;
};

/**
 * The envelope of a mail; undefined if the mail is not wanted any more.
 *
 * @param key the key of the item on which the mail waits
 * @param at when the mail was called for
 */
export const envelopeOf = (key: Key, mail: Mail, at: string): Promise<Envelope | undefined> =>
  isOfPartner(key) ? aboutMembership(key, mail, at) : aboutCustomer(key, mail, at);

async function aboutCustomer(key: Key, mail: Mail, at: string): Promise<Envelope | undefined> {
  const customerId = customerIdOf(key);
  const version = versionOf(key);
  const { kind } = mail;
  const customer = (await loadCustomer(customerId))?.customer;
  if (!customer || !isStillWanted(mail, version, asOf(customer, new Date(), currentProgram()))) return undefined;
  if (!(await isForReader(mail, customer))) return undefined;
  return {
    link: () => linkOf(mail, customer),
    tags: { customer: customerId, version: String(version), kind },
    customerId,
    delivered: async (delivery) => {
      if (!opensInvitation(kind)) return [];
      const recipient = { partnerId: customer.partnerId, email: mail.to };
      const { writes, resendableAt } = await afterDelivery(recipient, at, delivery);
      return [...markDelivery(customerId, kind, { ...delivery, mailVersion: version }, resendableAt), ...writes];
    },
  };
}

/** The invitation of a member is wanted until it is answered, withdrawn or replaced, or lapses. */
async function aboutMembership(key: Key, { kind, to }: Mail, at: string): Promise<Envelope | undefined> {
  const partnerId = partnerIdOf(key);
  // Read here and not by `access/member.ts`, which would bring the table of roles into this function's bundle.
  const invitation = pendingKey(`USER#${to}`, partnerId);
  const invited = await getItem(invitation);
  if (invited?.['invitedAt'] !== at || String(invited['lapsesAt']) <= new Date().toISOString()) return undefined;
  return {
    link: () => `${process.env['PORTAL_URL']}/my/invitations`,
    tags: { ...tagsOfPartner(partnerId, partnerEventIdOf(key)), kind },
    delivered: async (delivery) => {
      const { writes } = await afterDelivery({ partnerId, email: to }, at, delivery);
      return [markMemberDelivery(invitation, at, delivery), ...writes];
    },
  };
}

/** The writes about the recipient's cooldown, for an invitation or a reminder that has left or was given up. */
async function afterDelivery(
  recipient: Recipient,
  calledForAt: string,
  { status, at, sentAt }: MemberDelivery,
): Promise<{ writes: Alongside[]; resendableAt?: string }> {
  if (status === 'SENT') return startPause(recipient, calledForAt, sentAt ?? at, currentProgram());
  return { writes: [endWait(recipient, calledForAt, new Date(at))], resendableAt: at };
}

/**
 * The writes beside the mark on a mail that is dropped: nobody waits for an invitation that will not be sent.
 *
 * @param at when the mail was called for
 */
export async function droppedWrites(key: Key, { kind, to }: Mail, at: string): Promise<Alongside[]> {
  if (!['INVITATION', 'RESENT', 'MEMBER_INVITED'].includes(kind)) return [];
  const partnerId = isOfPartner(key) ? partnerIdOf(key) : (await loadCustomer(customerIdOf(key)))?.customer.partnerId;
  return partnerId === undefined ? [] : [endWait({ partnerId, email: to }, at, new Date())];
}

/** A person who has left the partner gets no mail about the partner's customers. */
const isForReader = async ({ kind, to }: Mail, { partnerId }: Customer): Promise<boolean> =>
  AUDIENCE[kind] !== 'partner' || (await getItem(membershipKey(`USER#${to}`)))?.['partnerId'] === partnerId;

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
