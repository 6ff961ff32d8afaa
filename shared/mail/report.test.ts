import { describe, expect, test } from 'vitest';
import { reportedDelivery, reportedMail, reportedPartnerMail, type SesEvent, tagsOfPartner } from './report.ts';

const timestamp = '2026-05-01T00:00:00.000Z';
const mail = { timestamp, tags: { customer: ['dn2aaaaaaaaaaaaaaaaa'], version: ['3'], kind: ['RESENT'] } };

test('a report finds its mail by the mail’s tags; a report without them belongs to no mail', () => {
  expect(reportedMail({ eventType: 'Send', mail })).toEqual({
    customerId: 'dn2aaaaaaaaaaaaaaaaa',
    version: 3,
    kind: 'RESENT',
  });
  for (const tags of [undefined, {}, { ...mail.tags, version: ['x'] }, { ...mail.tags, kind: [] }])
    expect(reportedMail({ eventType: 'Send', mail: { timestamp, ...(tags && { tags }) } })).toBeUndefined();
});

test('a report finds the mail of a partner’s event, whose tags have only characters that SES allows', () => {
  const eventId = '2026-11-26T14:02:37.516Z#a1b2c3d4e5f6';
  const tags = tagsOfPartner('acme.vn', eventId);
  expect(Object.values(tags).join('')).toMatch(/^[\w-]+$/);
  const [partner = '', event = ''] = [tags['partner'], tags['event']];
  const reported = (sent: Record<string, string[]>) =>
    reportedPartnerMail({ eventType: 'Send', mail: { timestamp, tags: sent } });
  const sent = { partner: [partner], event: [event], kind: ['MEMBER_INVITED'] };
  expect(reported(sent)).toEqual({ partnerId: 'acme.vn', eventId, kind: 'MEMBER_INVITED' });
  for (const name of ['partner', 'event', 'kind']) expect(reported({ ...sent, [name]: [] })).toBeUndefined();
  expect(reportedPartnerMail({ eventType: 'Send', mail })).toBeUndefined();
});

describe('the reason of a bounce', () => {
  const bounced = (bounceType: string, bounceSubType: string, diagnosticCode?: string, status?: string) => {
    const recipient = { emailAddress: 'ivan@wind.example', diagnosticCode, status } as { status?: string };
    const bounce = { timestamp, bounceType, bounceSubType, bouncedRecipients: [recipient] };
    return reportedDelivery({ eventType: 'Bounce', bounce, mail } as SesEvent, 3, 'INVITATION');
  };

  test.each([
    [
      'Permanent',
      'General',
      'smtp; 550 5.1.1 <ivan@wind.example> user unknown',
      'The mailbox does not exist (550 5.1.1).',
      'NO_MAILBOX',
    ],
    [
      'Permanent',
      'General',
      'smtp; 550-5.1.1 The email account that you tried to reach does not exist.',
      'The mailbox does not exist (550 5.1.1).',
      'NO_MAILBOX',
    ],
    ['Permanent', 'NoEmail', undefined, 'The mailbox does not exist.', 'NO_MAILBOX'],
    [
      'Permanent',
      'General',
      'smtp; 554 5.7.1 rejected by policy of mx.wind.example',
      "The recipient's mail server refuses the mail (554 5.7.1).",
      'RECIPIENT_SERVER_REFUSES',
    ],
    ['Permanent', 'General', 'smtp; 550 no', 'The mail could not be delivered (550).', 'NOT_DELIVERED'],
    ['Transient', 'MailboxFull', 'smtp; 452 4.2.2 quota', 'The mailbox is full (452 4.2.2).', 'MAILBOX_FULL'],
    ['Transient', 'General', undefined, 'The mail could not be delivered.', 'NOT_DELIVERED'],
    ['Undetermined', 'Undetermined', 'неизвестно', 'The mail could not be delivered.', 'NOT_DELIVERED'],
  ])('%s %s %s', (type, subType, diagnostic, reason, reasonCode) => {
    const delivery = bounced(type, subType, diagnostic);
    expect(delivery).toMatchObject({ status: 'BOUNCED', reason, reasonCode, mailVersion: 3, sentAt: timestamp });
    expect(delivery.permanent).toBe(type === 'Permanent' ? true : undefined);
    // The reason contains no addresses, no names of servers, and no words of theirs.
    expect(delivery.reason).not.toMatch(/wind|ivan|policy/);
  });

  test('comes from the status if there is no diagnostic', () => {
    expect(bounced('Permanent', 'General', undefined, '5.1.2').reason).toBe(
      'The domain of the address takes no mail (5.1.2).',
    );
  });
});

describe('what a report says about the mail', () => {
  const at = '2026-05-02T00:00:00.000Z';
  const member = 'Withdraw the invitation, then invite the person again.';
  test.each<[report: object, kind: 'INVITATION' | 'MEMBER_INVITED', delivery: object]>([
    [{ eventType: 'Send' }, 'INVITATION', { status: 'SENT', at: timestamp }],
    [{ eventType: 'Delivery', delivery: { timestamp: at } }, 'INVITATION', { status: 'DELIVERED', at }],
    [
      {
        eventType: 'Bounce',
        bounce: {
          timestamp: at,
          bounceType: 'Permanent',
          bounceSubType: 'OnAccountSuppressionList',
          bouncedRecipients: [],
        },
      },
      'INVITATION',
      {
        status: 'BOUNCED',
        at,
        reason: 'Mail to this address has come back before, or its owner wants none.',
        reasonCode: 'CAME_BACK_OR_UNWANTED',
        permanent: true,
      },
    ],
    [
      { eventType: 'Complaint', complaint: { timestamp: at } },
      'INVITATION',
      {
        status: 'COMPLAINED',
        at,
        reason: 'The recipient has reported the mail as unwanted.',
        reasonCode: 'REPORTED_AS_UNWANTED',
        permanent: true,
      },
    ],
    [
      {
        eventType: 'DeliveryDelay',
        deliveryDelay: { timestamp: at, delayType: 'General', expirationTime: '2026-05-03T14:02:37.516Z' },
      },
      'INVITATION',
      {
        status: 'DELAYED',
        at,
        reason:
          "The recipient's mail server does not take the mail yet. Delivery is tried again until 2026-05-03 14:02 UTC.",
        reasonCode: 'NOT_TAKEN_YET',
      },
    ],
    [
      { eventType: 'Reject', reject: { reason: 'Bad content' } },
      'INVITATION',
      {
        status: 'FAILED',
        at: timestamp,
        reason:
          "The mail service refused to pass the mail on (Bad content). Look for something suspicious in the customer's name, then send it again.",
        reasonCode: 'SERVICE_REFUSED_CONTENT',
      },
    ],
    [
      { eventType: 'Reject', reject: { reason: 'Bad content' } },
      'MEMBER_INVITED',
      {
        status: 'FAILED',
        at: timestamp,
        reason: `The mail service refused to pass the mail on (Bad content). ${member}`,
        reasonCode: 'SERVICE_REFUSED_CONTENT',
      },
    ],
  ])('%j on an %s', (report, kind, delivery) => {
    expect(reportedDelivery({ ...report, mail } as unknown as SesEvent, 3, kind)).toEqual({
      ...delivery,
      sentAt: timestamp,
      mailVersion: 3,
    });
  });
});
