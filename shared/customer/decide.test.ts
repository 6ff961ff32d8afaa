/** Each command of a customer's life: the statuses that allow it, its event, and its refusals. */
import { describe, expect, test } from 'vitest';
import { CUSTOMER_ID, customerOf, day, given, type Happened, OWNER, refusal, vng, yandex } from '../../test/given.ts';
import { Problem } from '../contract/problem.ts';
import { STATUSES } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Command } from './command.ts';
import { asOf, type Customer, customerIdOfOrganization, holdsEmail, statusLabel } from './customer.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';

const approvalAlways: Program = { ...yandex, providerApproval: 'ALWAYS' };
const organization = { id: 'bpfaaaaaaaaaaaaaaaaa', name: "For subaccount 'Wind'" };
const details = { name: 'Wind', role: 'Partner', person: {}, language: 'ru' as const, adminEmails: ['a@x.example'] };
const partnerName = 'Acme';
const EMAIL = 'ivan@wind.example';

const invited: Happened = {
  type: 'CustomerInvited',
  data: { ...details, partnerId: 'acme', email: EMAIL, nonce: 'n1', expiresAt: day(14), remindAt: day(11) },
  mails: [{ kind: 'INVITATION', to: EMAIL, language: 'ru', partnerName, customerName: 'Wind' }],
};
const registered: Happened = {
  type: 'CustomerRegistered',
  data: { ...details, partnerId: 'acme', organization },
};
const accepted: Happened = { type: 'InvitationAccepted', at: day(0, 30), data: { organization } };
const awaitingApproval: Happened = { type: 'InvitationAccepted', at: day(0, 30), data: { expiresAt: day(14, 30) } };
const suspended: Happened = { type: 'CustomerSuspended', at: day(0, 50), data: { reason: 'unpaid' } };

/** How a customer reaches each of its statuses by the second day. */
const LIVES: Record<Customer['status'], Happened[]> = {
  VERIFICATION_REQUIRED: [invited],
  APPROVAL_REQUIRED: [invited, awaitingApproval],
  ACTIVE: [invited, accepted],
  SUSPENDED: [invited, accepted, suspended],
  DECLINED: [invited, { type: 'InvitationDeclined', data: { removeAt: day(30) } }],
  REJECTED: [invited, awaitingApproval, { type: 'CustomerRejected', at: day(0, 40), data: { removeAt: day(30, 40) } }],
  EXPIRED: [invited, { type: 'CustomerExpired', at: day(14), data: { removeAt: day(44) } }],
  DELETED: [invited, { type: 'CustomerDeleted', data: { removeAt: day(0) } }],
};
type Name = Customer['status'];

const LABELS: Record<Name, string> = {
  VERIFICATION_REQUIRED: 'Verification required',
  APPROVAL_REQUIRED: 'Awaiting approval',
  ACTIVE: 'Active',
  SUSPENDED: 'Suspended',
  DECLINED: 'Declined',
  REJECTED: 'Rejected',
  EXPIRED: 'Expired',
  DELETED: 'Deleted',
};
const ADVICE: Record<Exclude<Name, 'DELETED'>, string> = {
  VERIFICATION_REQUIRED: 'The customer has to confirm first.',
  APPROVAL_REQUIRED: 'The provider has to approve first.',
  ACTIVE: 'Reload to see what is possible now.',
  SUSPENDED: 'The partner can activate the customer again.',
  DECLINED: 'The partner can invite the customer again.',
  REJECTED: 'The partner can invite the customer again.',
  EXPIRED: 'The partner can send a new invitation.',
};

const notFound = refusal(
  'CUSTOMER_NOT_FOUND',
  'There is no such customer. Check the id: your list of customers has it.',
);
/** The refusal of a command that the customer's status doesn't allow. */
const notPossible = (status: Name, doing: string) =>
  status === 'DELETED'
    ? notFound
    : refusal(
        'CUSTOMER_STATUS',
        `The customer's status is ${LABELS[status]}: it is not possible to ${doing}. ${ADVICE[status]}`,
        { members: { currentStatus: status } },
      );
/** The refusal to create or link a cloud. */
const notActive = (status: Name) =>
  status === 'DELETED'
    ? notFound
    : refusal(
        'CUSTOMER_NOT_ACTIVE',
        `The customer's status is ${LABELS[status]}. Clouds can be created and linked once it is Active.`,
        { members: { currentStatus: status } },
      );

/** All statuses except these. */
const except = (...allowed: Name[]): Name[] =>
  [...STATUSES, 'DELETED' as const].filter((status) => !allowed.includes(status));

/** The circumstances of a decision, without its time. */
const by = { program: yandex, actor: OWNER } as const;
const invite = {
  type: 'invite',
  id: CUSTOMER_ID,
  partnerId: 'acme',
  partnerName,
  details,
  email: EMAIL,
  nonce: 'n1',
} as const satisfies Command;

describe('invite', () => {
  const customer: Customer = {
    ...details,
    id: CUSTOMER_ID,
    partnerId: 'acme',
    version: 1,
    status: 'VERIFICATION_REQUIRED',
    email: EMAIL,
    administrators: ['a@x.example'],
    createdAt: day(0),
    createdBy: OWNER,
    updatedAt: day(0),
    nonce: 'n1',
    invitedAt: day(0),
    mailVersion: 1,
    expiresAt: day(14),
    remindAt: day(11),
  };
  const { mails, ...event } = invited;

  test('registers a customer that must confirm before the deadline, and is reminded before it', () => {
    given()
      .when(invite, { at: day(0) })
      .then(event, customer);
  });

  test("keeps the partner's own name for the customer", () => {
    given()
      .when({ ...invite, details: { ...details, friendlyName: 'W' } }, { at: day(0) })
      .then({ ...event, data: { ...event.data, friendlyName: 'W' } } as Happened, { ...customer, friendlyName: 'W' });
  });

  test('keeps the address as it was written, if that differs from the canonical form', () => {
    const writtenEmail = 'Ivan@Wind.example';
    given()
      .when({ ...invite, writtenEmail }, { at: day(0) })
      .then({ ...event, data: { ...event.data, writtenEmail } } as Happened, { ...customer, writtenEmail });
    given()
      .when({ ...invite, writtenEmail: EMAIL }, { at: day(0) })
      .then(event, customer);
  });

  test('plans no reminder if the program has none', () => {
    const { remindAt, ...data } = event.data as typeof event.data & { remindAt: string };
    const { remindAt: _, ...withoutReminder } = customer;
    for (const program of [
      { ...yandex, reminderDays: [] },
      { ...yandex, mailsOff: ['REMINDER' as const] },
    ]) {
      given()
        .when(invite, { at: day(0), program })
        .then({ ...event, data } as Happened, withoutReminder);
    }
  });

  test('plans the earliest reminder first, in whatever order the program names the days', () => {
    for (const reminderDays of [
      [1, 3],
      [3, 1],
      [2, 3, 1],
    ]) {
      given()
        .when(invite, { at: day(0), program: { ...yandex, reminderDays } })
        .then(event, customer);
    }
  });

  test('is refused if the address is of a domain that the program does not allow', () => {
    const restricted = { ...yandex, allowedEmailDomains: ['wind.example', 'sea.example'] };
    given()
      .when(invite, { at: day(0), program: restricted })
      .then(event, customer);
    for (const email of ['ivan@evil-wind.example', 'ivan@sub.wind.example', 'ivan@wind.example.com'])
      given()
        .when({ ...invite, email }, { program: restricted })
        .then(
          refusal('EMAIL_DOMAIN_NOT_ALLOWED', 'Under this program the email must be of wind.example, sea.example.', {
            errors: [
              {
                path: 'email',
                message: 'email must be of wind.example, sea.example',
                code: 'EMAIL_DOMAIN_NOT_ALLOWED',
                values: { allowed: ['wind.example', 'sea.example'] },
              },
            ],
          }),
        );
  });
});

describe('registerResellerServed', () => {
  const register = {
    type: 'registerResellerServed',
    id: CUSTOMER_ID,
    partnerId: 'acme',
    partnerName,
    details,
    alreadyCustomer: false,
  } as const satisfies Command;
  const customer: Customer = {
    ...details,
    id: CUSTOMER_ID,
    partnerId: 'acme',
    version: 1,
    status: 'ACTIVE',
    email: null,
    administrators: ['a@x.example'],
    createdAt: day(0),
    createdBy: OWNER,
    updatedAt: day(0),
    organization,
  };
  const approvable = { ...approvalAlways, approvalDays: 5 };
  const { organization: _, ...waiting } = { ...customer, status: 'APPROVAL_REQUIRED' as const, expiresAt: day(5) };

  test('makes a customer active at once, without an invitation', () => {
    given()
      .when(register, { at: day(0) })
      .then(registered, customer);
  });

  test('makes the customer wait for the approval of the provider, if the program requires it', () => {
    given()
      .when(register, { at: day(0), program: approvable })
      .then(
        { type: 'CustomerRegistered', data: { ...details, partnerId: 'acme', expiresAt: day(5) } } as Happened,
        waiting,
      );
  });

  test('is refused if the program requires each customer to confirm', () => {
    given()
      .when(register, { program: { ...yandex, resellerServedCustomers: false } })
      .then(
        refusal('RESELLER_SERVED_NOT_ALLOWED', 'Customers of this program must confirm. Invite the customer by email.'),
      );
    given().when(register, { program: vng }).then(refusal('RESELLER_SERVED_NOT_ALLOWED'));
  });
});

describe('resend', () => {
  const resend = { type: 'resend', partnerName } as const satisfies Command;

  test('sends the invitation again and restarts the deadline; earlier links keep working', () => {
    given(invited)
      .when(resend, { at: day(2) })
      .then(
        { type: 'InvitationResent', data: { expiresAt: day(16), remindAt: day(13) } },
        { expiresAt: day(16), remindAt: day(13), invitedAt: day(2), mailVersion: 2 },
      );
  });

  test('opens an expired invitation again, whether or not the cleanup has run', () => {
    const event: Happened = { type: 'InvitationResent', data: { expiresAt: day(34), remindAt: day(31) } };
    const open = { status: 'VERIFICATION_REQUIRED', expiresAt: day(34), remindAt: day(31) } as const;
    given(...LIVES.EXPIRED)
      .when(resend, { at: day(20) })
      .then(event, { ...open, removeAt: undefined, invitedAt: day(20), mailVersion: 3 });
    given(invited)
      .when(resend, { at: day(20) })
      .then(event, { ...open, invitedAt: day(20), mailVersion: 2 });
  });

  test('is refused at once if no mail reaches the address, with the reason and a way out', () => {
    const command = { ...resend, undeliverable: 'The mailbox does not exist.' };
    const errors = [{ path: 'email', message: 'no mail reaches this email', code: 'EMAIL_UNDELIVERABLE' as const }];
    given(invited)
      .when(command, { at: day(0) })
      .then(
        refusal(
          'EMAIL_UNDELIVERABLE',
          "No mail reaches this address. The mailbox does not exist. Change the customer's email address: the new one is invited at once.",
          { errors, members: { currentStatus: 'VERIFICATION_REQUIRED' } },
        ),
      );
    given(invited)
      .when(command, { at: day(20) })
      .then(
        refusal(
          'EMAIL_UNDELIVERABLE',
          'No mail reaches this address. The mailbox does not exist. The invitation has expired: register the customer under another address.',
          { errors, members: { currentStatus: 'EXPIRED' } },
        ),
      );
  });

  test.each(except('VERIFICATION_REQUIRED', 'EXPIRED'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(resend)
      .then(notPossible(status, 'send the invitation again'));
  });

  test('is refused if the customer confirmed, and then expired without an approval', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when(resend, { at: day(20) })
      .then(
        refusal(
          'CUSTOMER_STATUS',
          "The customer's status is Expired: it is not possible to send the invitation again. The partner can invite the customer again.",
          { members: { currentStatus: 'EXPIRED' } },
        ),
      );
  });

  test('is refused if the customer is served by its reseller, and so has no invitee', () => {
    const again = 'The partner can invite the customer again.';
    given(registered).when(resend).then(notPossible('ACTIVE', 'send the invitation again'));
    const waiting: Happened = {
      type: 'CustomerRegistered',
      data: { ...details, partnerId: 'acme', expiresAt: day(14) },
    };
    given(waiting)
      .when(resend, { at: day(14) })
      .then(
        refusal(
          'CUSTOMER_STATUS',
          `The customer's status is Expired: it is not possible to send the invitation again. ${again}`,
          { members: { currentStatus: 'EXPIRED' } },
        ),
      );
  });
});

describe('remind', () => {
  const remind = { type: 'remind', partnerName } as const satisfies Command;

  test('sends a reminder when it is due, and plans the next one', () => {
    given(invited)
      .when(remind, { at: day(11) })
      .then(
        { type: 'InvitationReminded', data: { remindAt: day(13) } },
        { remindAt: day(13), invitedAt: day(11), mailVersion: 2 },
      );
  });

  test('sends no reminder for one that was missed, and plans none after the last', () => {
    given(invited)
      .when(remind, { at: day(13) })
      .then(
        { type: 'InvitationReminded', data: {} },
        {
          remindAt: undefined,
          invitedAt: day(13),
          mailVersion: 2,
        },
      );
  });

  test('does nothing before its time, or if no reminder is planned', () => {
    given(invited).when(remind, { at: '2026-05-11T23:59:59.999Z' }).then('nothing');
    given(invited, { type: 'InvitationReminded', at: day(13), data: {} })
      .when(remind, { at: day(13, 1) })
      .then('nothing');
  });

  test('is skipped if no mail reaches the address; the history says so', () => {
    given(invited)
      .when({ ...remind, undeliverable: 'gone' }, { at: day(11) })
      .then(
        { type: 'ReminderSkipped', data: { remindAt: day(13), reason: 'EMAIL_UNDELIVERABLE' } },
        { remindAt: day(13) },
      );
  });

  test('is skipped if the recipient wants no more invitations from the partner', () => {
    given(invited)
      .when({ ...remind, declinedUntil: day(30) }, { at: day(11) })
      .then(
        { type: 'ReminderSkipped', data: { remindAt: day(13), reason: 'INVITATIONS_DECLINED' } },
        { remindAt: day(13) },
      );
  });

  test('is skipped if the program has switched reminders off since', () => {
    for (const undeliverable of [undefined, 'gone'])
      given(invited)
        .when({ ...remind, undeliverable }, { at: day(11), program: { ...yandex, mailsOff: ['REMINDER'] } })
        .then({ type: 'ReminderSkipped', data: { reason: 'SWITCHED_OFF' } }, { remindAt: undefined });
  });

  test.each(except('VERIFICATION_REQUIRED', 'DELETED'))('does nothing if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(remind, { at: day(11) })
      .then('nothing');
  });

  test('does nothing past the deadline, whether or not the cleanup has run', () => {
    given(invited)
      .when(remind, { at: day(14) })
      .then('nothing');
  });

  test('is refused if the customer is deleted', () => {
    given(...LIVES.DELETED)
      .when(remind)
      .then(notFound);
  });
});

describe('accept', () => {
  const accept = { type: 'accept', partnerName, alreadyCustomer: false } as const satisfies Command;
  const active = { status: 'ACTIVE', organization, expiresAt: undefined, remindAt: undefined } as const;
  const waiting = { status: 'APPROVAL_REQUIRED', remindAt: undefined } as const;

  test('makes the customer active, with an organization named after it', () => {
    given(invited)
      .when(accept)
      .then(
        { type: 'InvitationAccepted', data: { organization } },
        {
          ...active,
          confirmedAt: day(1),
        },
      );
  });

  test('with a corrected name changes the name; the organization is named after it', () => {
    const renamed = { ...organization, name: "For subaccount 'Wind LLC'" };
    given(invited)
      .when({ ...accept, name: 'Wind LLC' })
      .then(
        { type: 'InvitationAccepted', data: { organization: renamed, name: 'Wind LLC' } },
        { ...active, organization: renamed, name: 'Wind LLC', confirmedAt: day(1) },
      );
    given(invited)
      .when({ ...accept, name: 'Wind' })
      .then({ type: 'InvitationAccepted', data: { organization } }, { ...active, confirmedAt: day(1) });
    const corrected: Happened = { type: 'InvitationAccepted', data: { expiresAt: day(14), name: 'Wind LLC' } };
    given(invited, corrected)
      .when({ type: 'approve', partnerName })
      .then({ type: 'CustomerApproved', data: { organization: renamed } }, { ...active, organization: renamed });
    given(invited, accepted)
      .when({ ...accept, name: 'Wind LLC' })
      .then('nothing');
  });

  test.each([
    ['NEVER', false, false],
    ['NEVER', true, false],
    ['ALWAYS', false, true],
    ['ALWAYS', true, true],
    ['UNLESS_ALREADY_CUSTOMER', false, true],
    ['UNLESS_ALREADY_CUSTOMER', true, false],
  ] as const)(
    'under approval %s, already a customer of the provider: %s, needs approval: %s',
    (providerApproval, alreadyCustomer, needed) => {
      const command = given(invited).when(
        { ...accept, alreadyCustomer },
        { program: { ...yandex, providerApproval, approvalDays: 5 } },
      );
      if (needed)
        command.then(
          { type: 'InvitationAccepted', data: { expiresAt: day(6) } },
          {
            ...waiting,
            expiresAt: day(6),
            confirmedAt: day(1),
          },
        );
      else
        command.then(
          { type: 'InvitationAccepted', data: { organization } },
          {
            ...active,
            confirmedAt: day(1),
          },
        );
    },
  );

  test('under the second program needs approval, unless the provider already serves the account', () => {
    given(invited)
      .when(accept, { program: vng })
      .then(
        { type: 'InvitationAccepted', data: { expiresAt: day(15) } },
        {
          ...waiting,
          expiresAt: day(15),
          confirmedAt: day(1),
        },
      );
    given(invited)
      .when({ ...accept, alreadyCustomer: true }, { program: vng })
      .then(
        { type: 'InvitationAccepted', data: { organization } },
        {
          ...active,
          confirmedAt: day(1),
        },
      );
  });

  test('is possible until the deadline, to the millisecond', () => {
    const last = '2026-05-14T23:59:59.999Z';
    given(invited)
      .when(accept, { at: last })
      .then(
        { type: 'InvitationAccepted', data: { organization } },
        {
          ...active,
          confirmedAt: last,
        },
      );
    given(invited)
      .when(accept, { at: day(14) })
      .then(notPossible('EXPIRED', 'confirm'));
  });

  test.each(['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'] as const)(
    'does nothing if the customer has confirmed and is %s',
    (status) => {
      given(...LIVES[status])
        .when(accept)
        .then('nothing');
    },
  );

  test.each(except('VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'))(
    'is refused if the customer is %s',
    (status) => {
      given(...LIVES[status])
        .when(accept)
        .then(notPossible(status, 'confirm'));
    },
  );

  test('is refused if the customer confirmed, and was rejected or expired since', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when(accept, { at: day(20) })
      .then(
        refusal('CUSTOMER_STATUS', 'not possible to confirm. The partner can invite the customer again.', {
          members: { currentStatus: 'EXPIRED' },
        }),
      );
  });

  test('is refused if the reseller serves the customer: there was nothing to confirm', () => {
    given(registered).when(accept).then(notPossible('ACTIVE', 'confirm'));
  });
});

describe('decline', () => {
  const decline = { type: 'decline', partnerName } as const satisfies Command;

  test('ends the invitation, and the data is removed after the retention', () => {
    given(invited)
      .when(decline)
      .then(
        { type: 'InvitationDeclined', data: { removeAt: day(31) } },
        {
          status: 'DECLINED',
          removeAt: day(31),
          expiresAt: undefined,
          remindAt: undefined,
        },
      );
  });

  test.each(except('VERIFICATION_REQUIRED'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(decline)
      .then(notPossible(status, 'decline'));
  });

  test('is refused past the deadline, whether or not the cleanup has run', () => {
    given(invited)
      .when(decline, { at: day(14) })
      .then(notPossible('EXPIRED', 'decline'));
  });
});

describe('approve', () => {
  const approve = { type: 'approve', partnerName } as const satisfies Command;

  test('makes the customer active, with an organization', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when(approve, { program: vng })
      .then(
        { type: 'CustomerApproved', data: { organization } },
        {
          status: 'ACTIVE',
          organization,
          expiresAt: undefined,
        },
      );
  });

  test.each(except('APPROVAL_REQUIRED', 'ACTIVE'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(approve)
      .then(notPossible(status, 'approve'));
  });

  test('is refused if the customer is active, which the second program calls approved', () => {
    given(...LIVES.ACTIVE)
      .when(approve, { program: vng })
      .then(
        refusal('CUSTOMER_STATUS', "The customer's status is Approved: it is not possible to approve.", {
          members: { currentStatus: 'ACTIVE' },
        }),
      );
  });

  test('is refused past the deadline of the approval, whether or not the cleanup has run', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when(approve, { at: day(14, 30) })
      .then(
        refusal('CUSTOMER_STATUS', 'Expired: it is not possible to approve.', {
          members: { currentStatus: 'EXPIRED' },
        }),
      );
  });
});

describe('reject', () => {
  const reject = { type: 'reject', partnerName } as const satisfies Command;
  const gone = { status: 'REJECTED', removeAt: day(31), expiresAt: undefined } as const;

  test('ends the registration, and the data is removed after the retention', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when(reject)
      .then({ type: 'CustomerRejected', data: { removeAt: day(31) } }, gone);
  });

  test('keeps the reason of the operator', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when({ ...reject, reason: 'no contract' })
      .then(
        { type: 'CustomerRejected', data: { reason: 'no contract', removeAt: day(31) } },
        {
          ...gone,
          statusReason: 'no contract',
        },
      );
  });

  test.each(except('APPROVAL_REQUIRED'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(reject)
      .then(notPossible(status, 'reject'));
  });
});

describe('suspend', () => {
  test('suspends an active customer, with the reason if there is one', () => {
    given(...LIVES.ACTIVE)
      .when({ type: 'suspend', reason: 'unpaid' })
      .then({ type: 'CustomerSuspended', data: { reason: 'unpaid' } }, { status: 'SUSPENDED', statusReason: 'unpaid' });
    given(registered).when({ type: 'suspend' }).then({ type: 'CustomerSuspended', data: {} }, { status: 'SUSPENDED' });
  });

  test.each(except('ACTIVE'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when({ type: 'suspend' })
      .then(notPossible(status, 'suspend'));
  });
});

describe('activate', () => {
  test('makes a suspended customer active again; the reason of the suspension is gone', () => {
    given(...LIVES.SUSPENDED)
      .when({ type: 'activate' })
      .then({ type: 'CustomerActivated', data: {} }, { status: 'ACTIVE', statusReason: undefined });
  });

  test.each(except('SUSPENDED'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when({ type: 'activate' })
      .then(notPossible(status, 'activate'));
  });
});

describe('update', () => {
  const LIVING = ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'] as const;
  const changes = { name: 'Sea', friendlyName: 'S', role: 'Reseller', person: { tin: '1' }, language: 'vi' as const };

  test.each(LIVING)('changes the details of a customer that is %s, and no mail follows', (status) => {
    given(...LIVES[status])
      .when({ type: 'update', partnerName, changes })
      .then({ type: 'CustomerUpdated', data: { changes } }, changes);
  });

  test.each(except(...LIVING))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when({ type: 'update', partnerName, changes })
      .then(notPossible(status, 'change'));
  });

  test('is refused past the deadline, whether or not the cleanup has run', () => {
    given(invited)
      .when({ type: 'update', partnerName, changes }, { at: day(14) })
      .then(notPossible('EXPIRED', 'change'));
  });

  test("removes the partner's own name for the customer", () => {
    const named: Happened = { type: 'CustomerUpdated', data: { changes: { friendlyName: 'S' } } };
    given(invited, named)
      .when({ type: 'update', changes: { friendlyName: null } })
      .then(
        { type: 'CustomerUpdated', data: { changes: { friendlyName: null } } },
        {
          friendlyName: undefined,
        },
      );
    given(invited, named)
      .when({ type: 'update', changes: { role: 'Reseller' } })
      .then({ type: 'CustomerUpdated', data: { changes: { role: 'Reseller' } } }, { role: 'Reseller' });
  });

  test('does nothing without a change; the email address that the customer already has is no change', () => {
    given(invited).when({ type: 'update', partnerName, changes: {} }).then('nothing');
    given(invited)
      .when({ type: 'update', partnerName, changes: { email: EMAIL, nonce: 'n2' } })
      .then('nothing');
    given(invited)
      .when({ type: 'update', partnerName, changes: { email: EMAIL, nonce: 'n2', role: 'Reseller' } })
      .then({ type: 'CustomerUpdated', data: { changes: { role: 'Reseller' } } }, { role: 'Reseller' });
  });

  test('grants and revokes no role: the administrators stay those named at the registration', () => {
    given(invited)
      .when({ type: 'update', changes: { adminEmails: ['b@x.example'] } })
      .then(
        { type: 'CustomerUpdated', data: { changes: { adminEmails: ['b@x.example'] } } },
        { adminEmails: ['b@x.example'], administrators: ['a@x.example'] },
      );
  });

  describe('of the email address', () => {
    const newEmail = { email: 'new@wind.example', nonce: 'n2' };
    const command = { type: 'update', partnerName, changes: newEmail } as const satisfies Command;

    test('invites the new address, with a new nonce, a new deadline and a new reminder', () => {
      given(invited)
        .when(command, { at: day(2) })
        .then(
          { type: 'CustomerUpdated', data: { changes: newEmail, expiresAt: day(16), remindAt: day(13) } },
          { ...newEmail, expiresAt: day(16), remindAt: day(13), invitedAt: day(2), mailVersion: 2 },
        );
    });

    test('forgets how the old address was written, and when it was mailed', () => {
      const written = { ...invited, data: { ...invited.data, writtenEmail: 'Ivan@wind.example' } } as Happened;
      given(written)
        .when({ type: 'update', changes: newEmail }, { at: day(2), program: { ...yandex, reminderDays: [] } })
        .then(
          { type: 'CustomerUpdated', data: { changes: newEmail, expiresAt: day(16) } },
          {
            ...newEmail,
            expiresAt: day(16),
            remindAt: undefined,
            writtenEmail: undefined,
            invitedAt: undefined,
            mailVersion: undefined,
          },
        );
    });

    test.each(['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'] as const)(
      'is refused if the customer has confirmed and is %s',
      (status) => {
        given(...LIVES[status])
          .when(command)
          .then(notPossible(status, 'change the email address'));
      },
    );

    test('is refused if the reseller serves the customer', () => {
      given(registered).when(command).then(notPossible('ACTIVE', 'change the email address'));
    });

    test('is refused if the program does not allow the new domain', () => {
      given(invited)
        .when(command, { program: { ...yandex, allowedEmailDomains: ['sea.example'] } })
        .then(
          refusal('EMAIL_DOMAIN_NOT_ALLOWED', 'Under this program the email must be of sea.example.', {
            errors: [
              {
                path: 'email',
                message: 'email must be of sea.example',
                code: 'EMAIL_DOMAIN_NOT_ALLOWED',
                values: { allowed: ['sea.example'] },
              },
            ],
          }),
        );
    });
  });
});

describe('updateAccess', () => {
  const deltas = [
    {
      action: 'ADD' as const,
      roleId: 'billing.accounts.viewer',
      subject: { id: 'b@x.example', type: 'USER' as const },
    },
  ];

  test.each(['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'] as const)(
    'marks a customer that is %s as one whose access was changed by hand',
    (status) => {
      given(...LIVES[status])
        .when({ type: 'updateAccess', deltas })
        .then({ type: 'AccessUpdated', data: { deltas } }, { ownBindings: true });
    },
  );

  test('does nothing without a change', () => {
    given(invited).when({ type: 'updateAccess', deltas: [] }).then('nothing');
  });

  test.each(except('VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'))(
    'is refused if the customer is %s',
    (status) => {
      given(...LIVES[status])
        .when({ type: 'updateAccess', deltas })
        .then(notPossible(status, 'change its access'));
    },
  );
});

describe('delete', () => {
  test.each(['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'DECLINED', 'REJECTED', 'EXPIRED'] as const)(
    'ends a customer that is %s, and its data is removed at once',
    (status) => {
      given(...LIVES[status])
        .when({ type: 'delete' }, { at: day(14) })
        .then(
          { type: 'CustomerDeleted', data: { removeAt: day(14) } },
          {
            status: 'DELETED',
            removeAt: day(14),
            expiresAt: undefined,
            remindAt: undefined,
          },
        );
    },
  );

  test.each(['ACTIVE', 'SUSPENDED', 'DELETED'] as const)('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when({ type: 'delete' })
      .then(notPossible(status, 'delete'));
  });

  test('is refused if the reseller serves the customer: it is active', () => {
    given(registered).when({ type: 'delete' }).then(notPossible('ACTIVE', 'delete'));
  });
});

describe('expire', () => {
  const expire = { type: 'expire', partnerName } as const satisfies Command;
  const expired = { status: 'EXPIRED', expiresAt: undefined, remindAt: undefined } as const;

  test('ends an invitation that nobody confirmed; its data is removed one retention period after the deadline', () => {
    for (const at of [day(14), day(20), day(100)])
      given(invited)
        .when(expire, { at })
        .then({ type: 'CustomerExpired', data: { removeAt: day(44) } }, { ...expired, removeAt: day(44) });
  });

  test('ends a registration that the provider did not approve in time', () => {
    given(...LIVES.APPROVAL_REQUIRED)
      .when(expire, { at: day(15) })
      .then(
        { type: 'CustomerExpired', data: { removeAt: day(44, 30) } },
        {
          ...expired,
          removeAt: day(44, 30),
        },
      );
  });

  test('does nothing before the deadline, to the millisecond', () => {
    given(invited).when(expire, { at: '2026-05-14T23:59:59.999Z' }).then('nothing');
  });

  test.each(except('VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED'))('does nothing if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(expire, { at: day(100) })
      .then('nothing');
  });

  test('does nothing if there is no customer', () => {
    given().when(expire).then('nothing');
  });
});

describe('createCloud', () => {
  const createCloud = { type: 'createCloud', cloudId: 'b1g1', name: 'one' } as const satisfies Command;

  test('adds one to the count of clouds, in the organization of the customer', () => {
    const more = { description: 'first', labels: { env: 'test' } };
    given(...LIVES.ACTIVE)
      .when({ ...createCloud, ...more })
      .then(
        { type: 'CloudCreated', data: { cloudId: 'b1g1', name: 'one', organizationId: organization.id, ...more } },
        { clouds: 1 },
      );
  });

  test.each(except('ACTIVE'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(createCloud)
      .then(notActive(status));
  });

  test("is refused with the program's own label of the status", () => {
    given(invited)
      .when(createCloud, { program: vng })
      .then(
        refusal('CUSTOMER_NOT_ACTIVE', 'Clouds can be created and linked once it is Approved.', {
          members: { currentStatus: 'VERIFICATION_REQUIRED' },
        }),
      );
  });
});

describe('linkCloud', () => {
  const linkCloud = { type: 'linkCloud', cloudId: 'b1g2', name: 'two', outstandingCharges: true } as const;

  test('adds one to the count of clouds, and says whether charges are outstanding', () => {
    const first: Happened = {
      type: 'CloudCreated',
      at: day(0, 45),
      data: { cloudId: 'b1g1', name: 'one', organizationId: organization.id },
    };
    given(...LIVES.ACTIVE, first)
      .when(linkCloud)
      .then(
        {
          type: 'CloudLinked',
          data: { cloudId: 'b1g2', name: 'two', organizationId: organization.id, outstandingCharges: true },
        },
        { clouds: 2 },
      );
  });

  test.each(except('ACTIVE'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when(linkCloud)
      .then(notActive(status));
  });
});

describe('unlinkCloud', () => {
  const linked: Happened = {
    type: 'CloudLinked',
    at: day(0, 45),
    data: { cloudId: 'b1g1', name: 'one', organizationId: organization.id, outstandingCharges: false },
  };

  test('takes one from the count of clouds, of an active and of a suspended customer', () => {
    for (const life of [
      [invited, accepted, linked],
      [invited, accepted, linked, suspended],
    ])
      given(...life)
        .when({ type: 'unlinkCloud', cloudId: 'b1g1' })
        .then({ type: 'CloudUnlinked', data: { cloudId: 'b1g1' } }, { clouds: 0 });
  });

  test.each(except('ACTIVE', 'SUSPENDED'))('is refused if the customer is %s', (status) => {
    given(...LIVES[status])
      .when({ type: 'unlinkCloud', cloudId: 'b1g1' })
      .then(notPossible(status, 'unlink a cloud'));
  });
});

/** An example of each command that needs a customer. */
const COMMANDS: Command[] = [
  { type: 'resend', partnerName },
  { type: 'remind', partnerName },
  { type: 'accept', partnerName, alreadyCustomer: false },
  { type: 'decline', partnerName },
  { type: 'approve', partnerName },
  { type: 'reject', partnerName },
  { type: 'suspend' },
  { type: 'activate' },
  { type: 'update', changes: { role: 'Reseller' } },
  { type: 'updateAccess', deltas: [] },
  { type: 'delete' },
  { type: 'createCloud', cloudId: 'b1g1', name: 'one' },
  { type: 'linkCloud', cloudId: 'b1g1', name: 'one', outstandingCharges: false },
  { type: 'unlinkCloud', cloudId: 'b1g1' },
];

describe('each command', () => {
  test.each(COMMANDS)('$type is refused if there is no such customer', (command) => {
    given().when(command).then(notFound);
  });

  test.each(COMMANDS)('$type is refused past the retention, as if the customer had never existed', (command) => {
    given(...LIVES.DECLINED)
      .when(command, { at: day(30) })
      .then(notFound);
    given(invited)
      .when(command, { at: day(44) })
      .then(notFound);
  });

  test.each(COMMANDS)(
    '$type treats a customer past its deadline as expired, whether or not the cleanup has run',
    (command) => {
      const outcome = (...events: Happened[]) => {
        try {
          const { type = 'nothing', data } =
            decide(customerOf(...events), command, { now: new Date(day(15)), program: yandex, actor: OWNER }) ?? {};
          return { type, data };
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          return { code: error.code, message: error.message, extras: error.extras };
        }
      };
      expect(outcome(invited)).toEqual(outcome(...LIVES.EXPIRED));
      const expired: Happened = { type: 'CustomerExpired', at: day(14, 30), data: { removeAt: day(44, 30) } };
      expect(outcome(...LIVES.APPROVAL_REQUIRED)).toEqual(outcome(...LIVES.APPROVAL_REQUIRED, expired));
    },
  );

  test.each(COMMANDS)('$type is refused if its caller has seen another version (If-Match)', (command) => {
    given(...LIVES.ACTIVE)
      .when(command, { ifMatch: [1, 3] })
      .then(
        refusal('STALE_VERSION', 'The customer has changed since you read it. Read it again, and decide again.', {
          members: { currentVersion: 2 },
        }),
      );
  });

  test('is carried out if its caller has seen the current version', () => {
    given(...LIVES.ACTIVE)
      .when({ type: 'suspend' }, { ifMatch: [1, 2] })
      .then({ type: 'CustomerSuspended', data: {} }, { status: 'SUSPENDED' });
  });

  test('records its author and its idempotency key', () => {
    given(...LIVES.ACTIVE)
      .when({ type: 'suspend' }, { actor: 'SERVICE_ACCOUNT#robot', idempotency: { key: 'k1', request: 'r1' } })
      .then({ type: 'CustomerSuspended', data: {} }, { status: 'SUSPENDED' });
    given()
      .when(invite, { at: day(0), idempotency: { key: 'k1', request: 'r1' } })
      .then({ type: 'CustomerInvited', data: invited.data } as Happened, customerOf(invited));
  });

  test('happens no earlier than the newest change before it, whose clock may have been ahead; its deadlines count from now', () => {
    const ahead: Happened = { type: 'AccessUpdated', at: day(1, 3), data: { deltas: [] } };
    const before = customerOf(invited, ahead) as Customer;
    const at = (now: string) => decide(before, { type: 'resend', partnerName }, { ...by, now: new Date(now) });
    expect(at(day(1))).toMatchObject({ at: day(1, 3), data: { expiresAt: day(15) } });
    expect(at(day(1, 3))).toMatchObject({ at: day(1, 3) });
    expect(at(day(1, 4))).toMatchObject({ at: day(1, 4), data: { expiresAt: day(15, 4) } });
  });

  test('keeps the idempotency keys that earlier releases stored with the customer, as long as a client may send them again', () => {
    const recentKeys = [{ key: 'k1', version: 2 }];
    const before = { ...(customerOf(...LIVES.ACTIVE) as Customer), recentKeys };
    const keysAfter = (at: string) => {
      const event = decide(before, { type: 'suspend' }, { ...by, now: new Date(at) });
      return event && evolve(before, event).recentKeys;
    };
    expect(before.updatedAt).toBe(day(0, 30));
    expect(keysAfter('2026-05-02T00:29:59.999Z')).toEqual(recentKeys);
    expect(keysAfter(day(1, 30))).toBeUndefined();
  });
});

describe('time', () => {
  const now = (at: string) => new Date(at);
  const read = (events: Happened[], at: string) => asOf(customerOf(...events) as Customer, now(at), yandex);

  test('changes nothing of a customer before its deadline', () => {
    expect(read([invited], '2026-05-14T23:59:59.999Z')).toEqual(customerOf(invited));
    expect(read(LIVES.APPROVAL_REQUIRED, day(14, 29))).toEqual(customerOf(...LIVES.APPROVAL_REQUIRED));
  });

  test('makes a waiting customer expired at its deadline, and deleted one retention period later', () => {
    const { expiresAt, remindAt, ...rest } = customerOf(invited) as Customer;
    const expired = { ...rest, status: 'EXPIRED', removeAt: day(44) };
    expect(read([invited], day(14))).toEqual(expired);
    expect(read([invited], '2026-06-13T23:59:59.999Z')).toEqual(expired);
    expect(read([invited], day(44))).toEqual({ ...expired, status: 'DELETED' });
    expect(read(LIVES.APPROVAL_REQUIRED, day(14, 30)).status).toBe('EXPIRED');
  });

  test('changes nothing of an active or suspended customer', () => {
    for (const status of ['ACTIVE', 'SUSPENDED'] as const)
      expect(read(LIVES[status], day(1000))).toEqual(customerOf(...LIVES[status]));
  });

  test('deletes a declined, rejected or expired customer when its retention is over', () => {
    for (const status of ['DECLINED', 'REJECTED', 'EXPIRED'] as const) {
      const stored = customerOf(...LIVES[status]) as Customer;
      const { removeAt = '' } = stored;
      expect(read(LIVES[status], new Date(Date.parse(removeAt) - 1).toISOString())).toEqual(stored);
      expect(read(LIVES[status], removeAt)).toEqual({ ...stored, status: 'DELETED' });
    }
  });
});

test('a customer holds its email address until it is declined, rejected, expired or deleted', () => {
  const holding = [...STATUSES, 'DELETED' as const].filter((status) =>
    holdsEmail(customerOf(...LIVES[status]) as Customer),
  );
  expect(holding).toEqual(['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED']);
});

test('each status has a label, and a program can have labels of its own', () => {
  for (const [status, label] of Object.entries(LABELS) as [Name, string][]) {
    expect(statusLabel(status, yandex)).toBe(label);
    expect(statusLabel(status, vng)).toBe(status === 'ACTIVE' ? 'Approved' : label);
  }
});

test("an organization's id names its customer; another id is no organization's", () => {
  expect(customerIdOfOrganization(organization.id)).toBe(CUSTOMER_ID);
  expect(customerIdOfOrganization('bpfbpfaaaaaaaaaaaaaa')).toBe('dn2bpfaaaaaaaaaaaaaa');
  for (const id of [CUSTOMER_ID, 'aaaaaaaaaaaaaaaaabpf', '']) expect(customerIdOfOrganization(id)).toBeUndefined();
});

test('the first event of a customer can only be a registration', () => {
  expect(() => customerOf(accepted)).toThrow("InvitationAccepted of a customer that isn't registered");
});
