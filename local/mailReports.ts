/**
 * The reports of SES on an accepted mail, as EventBridge delivers them. The address decides the fate of the mail, as in SES's
 * mailbox simulator, at any domain, with or without a label: `bounce@…`, `complaint+7@…`. Every other mail arrives.
 */
import { randomUUID } from 'node:crypto';
import type { SentMail } from './awsEndpoint.ts';
import type { MailEvents } from './stackDefinition.ts';
import { ACCOUNT, REGION } from './template.ts';

type Report = { eventType: string; [about: string]: unknown };

const DETAIL_TYPES: Record<string, string> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
  DeliveryDelay: 'Email Delivery Delayed',
  Reject: 'Email Rejected',
};

/** The reports by the part of the address before `+` and `@`. The first five are those of the simulator; the others are our own. */
const FATES: Record<string, (recipient: string, at: Date) => Report[]> = {
  success: (recipient, at) => [delivery(at, recipient)],
  bounce: (recipient, at) => [bounce(at, 'Permanent', 'General', recipient, '5.1.1', 'smtp; 550 5.1.1 user unknown')],
  complaint: (recipient, at) => [
    delivery(at, recipient),
    {
      eventType: 'Complaint',
      complaint: {
        timestamp: at.toISOString(),
        complainedRecipients: [{ emailAddress: recipient }],
        complaintFeedbackType: 'abuse',
      },
    },
  ],
  suppressionlist: (recipient, at) => [
    bounce(at, 'Permanent', 'OnAccountSuppressionList', recipient, undefined, 'Amazon SES did not send the message'),
  ],
  // Out of the office: the mail has arrived, and got an automatic answer.
  ooto: (recipient, at) => [delivery(at, recipient)],
  mailboxfull: (recipient, at) => [
    bounce(at, 'Transient', 'MailboxFull', recipient, '4.2.2', 'smtp; 452 4.2.2 over quota'),
  ],
  delay: (recipient, at) => [
    {
      eventType: 'DeliveryDelay',
      deliveryDelay: {
        timestamp: at.toISOString(),
        delayType: 'TransientCommunicationFailure',
        expirationTime: new Date(at.getTime() + 14 * 60 * 60_000).toISOString(),
        delayedRecipients: [{ emailAddress: recipient, status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1 timeout' }],
      },
    },
  ],
  virus: () => [{ eventType: 'Reject', reject: { reason: 'Bad content' } }],
};

const delivery = (at: Date, recipient: string): Report => ({
  eventType: 'Delivery',
  delivery: { timestamp: at.toISOString(), processingTimeMillis: 1, recipients: [recipient], smtpResponse: '250 ok' },
});

const bounce = (
  at: Date,
  bounceType: string,
  bounceSubType: string,
  emailAddress: string,
  status: string | undefined,
  diagnosticCode: string,
): Report => ({
  eventType: 'Bounce',
  bounce: {
    timestamp: at.toISOString(),
    bounceType,
    bounceSubType,
    bouncedRecipients: [{ emailAddress, action: 'failed', status, diagnosticCode }],
  },
});

/**
 * The events of a mail, in the order in which they happen.
 *
 * @param mailEvents the configuration sets; the mail's own set selects the events
 */
export function mailReports(mail: SentMail, mailEvents: readonly MailEvents[], at: Date): object[] {
  const { configurationSet, recipients, source, messageId, tags } = mail;
  const wanted = mailEvents
    .filter((each) => each.configurationSet === configurationSet)
    .flatMap(({ events }) => events);
  const about = {
    timestamp: at.toISOString(),
    source,
    sendingAccountId: ACCOUNT,
    messageId,
    destination: recipients,
    tags: {
      'ses:configuration-set': [configurationSet],
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    },
  };
  const [recipient = ''] = recipients;
  const fate = FATES[/^[^@+]*/.exec(recipient)?.[0] ?? ''] ?? FATES['success'];
  return [{ eventType: 'Send', send: {} }, ...(fate?.(recipient, at) ?? [])]
    .filter(({ eventType }) => wanted.includes(eventType.charAt(0).toLowerCase() + eventType.slice(1)))
    .map((report) => ({
      version: '0',
      id: randomUUID(),
      'detail-type': DETAIL_TYPES[report.eventType],
      source: 'aws.ses',
      account: ACCOUNT,
      time: at.toISOString(),
      region: REGION,
      resources: [`arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/${configurationSet}`],
      detail: { ...report, mail: about },
    }));
}
