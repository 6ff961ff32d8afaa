/** Turns the reports of SES on a mail (event publishing) into a delivery, with a sentence for the partner. Pure. */
import type { DeliveryCause, MailKind } from '../contract/vocabulary.ts';
import type { Delivery, Why } from '../customer/delivery.ts';

/** The events of SES as EventBridge brings them. There is no `Rendering Failure`, because raw mails have no template. */
export type SesEvent = {
  mail: {
    /** When SES accepted the mail. */
    timestamp: string;
    tags?: Record<string, string[]>;
  };
} & (
  | { eventType: 'Send' }
  | { eventType: 'Delivery'; delivery: { timestamp: string } }
  | { eventType: 'Bounce'; bounce: Bounce }
  | { eventType: 'Complaint'; complaint: { timestamp: string } }
  | { eventType: 'DeliveryDelay'; deliveryDelay: { timestamp: string; delayType: string; expirationTime?: string } }
  | { eventType: 'Reject'; reject: { reason: string } }
);

type Bounce = {
  timestamp: string;
  bounceType: string;
  bounceSubType: string;
  bouncedRecipients: { status?: string; diagnosticCode?: string }[];
};

/** A mail that an event of a customer calls for. */
export type CustomerMail = { customerId: string; version: number; kind: MailKind };

/** The mail of an event, by the tags that it was sent with; undefined if it does not have our tags. */
export function reportedMail({ mail: { tags = {} } }: SesEvent): CustomerMail | undefined {
  const [customerId = ''] = tags['customer'] ?? [];
  const version = Number(tags['version']?.[0]);
  const kind = tags['kind']?.[0] as MailKind | undefined;
  return customerId !== '' && Number.isInteger(version) && kind ? { customerId, version, kind } : undefined;
}

/**
 * The tags of a mail that an event of a partner calls for. The values are encoded, because SES allows only letters, digits, `_` and `-` in
 * them: a partner's id may have dots, and an event's id has `:`, `.` and `#`.
 */
export const tagsOfPartner = (partnerId: string, eventId: string): Record<string, string> => ({
  partner: Buffer.from(partnerId).toString('base64url'),
  event: Buffer.from(eventId).toString('base64url'),
});

/** A mail that an event of a partner calls for. */
export type PartnerMail = { partnerId: string; eventId: string; kind: MailKind };

/** The mail of a partner's event, by its tags; undefined if it has none of them. */
export function reportedPartnerMail({ mail: { tags = {} } }: SesEvent): PartnerMail | undefined {
  const [[partner = ''] = [], [event = ''] = [], [kind] = []] = [tags['partner'], tags['event'], tags['kind']];
  if (partner === '' || event === '' || kind === undefined) return undefined;
  const decoded = (tag: string) => Buffer.from(tag, 'base64url').toString();
  return { partnerId: decoded(partner), eventId: decoded(event), kind: kind as MailKind };
}

/** What an owner can do about an invitation of a member that does not arrive. */
export const INVITE_MEMBER_AGAIN = 'Withdraw the invitation, then invite the person again.';

/** The delivery that an event reports. If something is wrong, its `reason` is a sentence for the partner. */
export function reportedDelivery(event: SesEvent, mailVersion: number, kind: MailKind): Delivery {
  const sentAt = event.mail.timestamp;
  switch (event.eventType) {
    case 'Send':
      return { status: 'SENT', at: sentAt, sentAt, mailVersion };
    case 'Delivery':
      return { status: 'DELIVERED', at: event.delivery.timestamp, sentAt, mailVersion };
    case 'Bounce': {
      const { timestamp: at, bounceType } = event.bounce;
      const permanent = bounceType === 'Permanent' && { permanent: true as const };
      return { status: 'BOUNCED', at, ...bounceReason(event.bounce), ...permanent, sentAt, mailVersion };
    }
    case 'Complaint': {
      const reason = 'The recipient has reported the mail as unwanted.';
      const why = { reason, reasonCode: 'REPORTED_AS_UNWANTED' as const };
      return { status: 'COMPLAINED', at: event.complaint.timestamp, ...why, permanent: true, sentAt, mailVersion };
    }
    case 'DeliveryDelay': {
      const { timestamp: at, delayType, expirationTime } = event.deliveryDelay;
      // `2026-11-26T14:02:37.516Z` → `2026-11-26 14:02 UTC`.
      const until =
        expirationTime === undefined ? '' : ` until ${expirationTime.replace(/T(\d\d:\d\d).*$/, ' $1 UTC')}`;
      const reasonCode = DELAYS[delayType] ?? 'NOT_TAKEN_YET';
      const reason = `${MEANINGS[reasonCode]}. Delivery is tried again${until}.`;
      return { status: 'DELAYED', at, reason, reasonCode, sentAt, mailVersion };
    }
    case 'Reject': {
      const reason = `The mail service refused to pass the mail on (${event.reject.reason}). ${kind === 'MEMBER_INVITED' ? INVITE_MEMBER_AGAIN : "Look for something suspicious in the customer's name, then send it again."}`;
      // SES refuses a mail only after it has accepted it. By `sentAt`, a late `Send` finds that more is known.
      return { status: 'FAILED', at: sentAt, reason, reasonCode: 'SERVICE_REFUSED_CONTENT', sentAt, mailVersion };
    }
  }
}

/** What a report means for a partner. */
const MEANINGS = {
  NO_MAILBOX: 'The mailbox does not exist',
  NO_MAIL_DOMAIN: 'The domain of the address takes no mail',
  MAILBOX_DISABLED: 'The mailbox is disabled',
  MAILBOX_FULL: 'The mailbox is full',
  RECIPIENT_SERVER_REFUSES: "The recipient's mail server refuses the mail",
  CAME_BACK_BEFORE: 'Mail to this address has come back before',
  CAME_BACK_OR_UNWANTED: 'Mail to this address has come back before, or its owner wants none',
  NOT_DELIVERED: 'The mail could not be delivered',
  TAKEN_FOR_SPAM: "The recipient's mail server takes the mail for spam",
  RECIPIENT_SERVER_PROBLEM: "The recipient's mail server has a problem",
  NOT_TAKEN_YET: "The recipient's mail server does not take the mail yet",
} as const satisfies Partial<Record<DeliveryCause, string>>;
type Meaning = keyof typeof MEANINGS;

const DELAYS: Record<string, Meaning> = {
  MailboxFull: 'MAILBOX_FULL',
  SpamDetected: 'TAKEN_FOR_SPAM',
  RecipientServerError: 'RECIPIENT_SERVER_PROBLEM',
};

/** Enhanced status codes (RFC 3463). */
const BOUNCES: [RegExp, Meaning][] = [
  [/^[45]\.1\.[16]|^[45]\.1\.10/, 'NO_MAILBOX'],
  [/^[45]\.1\.2|^[45]\.4\.4/, 'NO_MAIL_DOMAIN'],
  [/^[45]\.2\.1/, 'MAILBOX_DISABLED'],
  [/^[45]\.2\.2/, 'MAILBOX_FULL'],
  [/^[45]\.7\./, 'RECIPIENT_SERVER_REFUSES'],
];

/**
 * Why a mail bounced: a sentence with the codes of the recipient's mail server. The server's own words are left out: they can be in any
 * language, and can name addresses and servers.
 */
function bounceReason({ bounceSubType, bouncedRecipients: [recipient = {}] }: Bounce): Why {
  const { status, diagnosticCode = '' } = recipient;
  const [, reply, enhanced = status] = /\b([45]\d\d)(?:[ -]([45]\.\d{1,3}\.\d{1,3}))?/.exec(diagnosticCode) ?? [];
  const codes = [reply, enhanced].filter((code) => code !== undefined).join(' ');
  const reasonCode =
    SUB_TYPES[bounceSubType] ?? BOUNCES.find(([code]) => code.test(enhanced ?? ''))?.[1] ?? 'NOT_DELIVERED';
  return { reason: `${MEANINGS[reasonCode]}${codes === '' ? '' : ` (${codes})`}.`, reasonCode };
}

const SUB_TYPES: Record<string, Meaning> = {
  NoEmail: 'NO_MAILBOX',
  MailboxFull: 'MAILBOX_FULL',
  Suppressed: 'CAME_BACK_BEFORE',
  OnAccountSuppressionList: 'CAME_BACK_OR_UNWANTED',
};
