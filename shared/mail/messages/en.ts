import type { Messages } from '../message.ts';

const OPEN_CUSTOMER = 'Open the customer’s page';
const MEANING =
  'When you confirm, {partner} is billed for the clouds that are linked to your account. An organization is created for you, and you become its administrator. The staff of {partner} get rights in it as well.';
const IGNORED =
  'You can confirm until {until}. If you do nothing, the invitation expires, and nothing changes for you.';
const DECLINE =
  'You do not want this, or do not know who invites you? Open the same link and choose Decline. There you can also refuse further invitations from {partner}.';

export const en: Messages<'one'> = {
  mails: {
    INVITATION: {
      subject: 'Confirm that you are ready to work with the integrator in {brand}',
      preheader: '{partner} invites {customer}. You can confirm until {until}.',
      title: '{partner} invites you to {brand}',
      before: [
        '{partner} offers to serve {customer} in {brand} as its integrator. Read the invitation, then confirm or decline.',
        MEANING,
      ],
      until: 'Confirm by',
      button: 'Read the invitation',
      after: [IGNORED, DECLINE],
    },
    RESENT: {
      subject: 'Confirm that you are ready to work with the integrator in {brand}',
      preheader: '{partner} has sent you the invitation again. You can confirm until {until}.',
      title: '{partner} invites you again to {brand}',
      before: [
        '{partner} has sent you the invitation again: it offers to serve {customer} in {brand} as its integrator. Read the invitation, then confirm or decline.',
        MEANING,
      ],
      until: 'Confirm by',
      button: 'Read the invitation',
      after: [IGNORED, DECLINE],
    },
    REMINDER: {
      subject: 'Reminder: {left} to confirm that you are ready to work with the integrator in {brand}',
      preheader: '{partner} awaits your answer until {until}.',
      title: '{partner} awaits your answer: {left}',
      before: [
        '{partner} has invited {customer} to work with it as its integrator in {brand}, and has no answer from you yet.',
        MEANING,
      ],
      until: 'Confirm by',
      button: 'Read the invitation',
      after: [IGNORED, DECLINE],
    },
    CONFIRMED: {
      subject: '{customer} has confirmed',
      preheader: 'The subaccount is active. You can now create a cloud or link one.',
      title: '{customer} has confirmed',
      before: [
        '{customer} has confirmed that it is ready to work with {partner} in {brand}. Its subaccount is active.',
        'You can now create a cloud for it, or link one that it has.',
      ],
      button: OPEN_CUSTOMER,
      after: [],
    },
    CONFIRMED_UNTIL_APPROVAL: {
      subject: '{customer} has confirmed, approval is pending',
      preheader: '{brand} now has to approve the customer. You don’t need to do anything.',
      title: '{customer} has confirmed',
      before: [
        '{customer} has confirmed that it is ready to work with {partner}. {brand} now has to approve it.',
        'You don’t need to do anything. The customer’s page shows the decision as soon as it is made.',
      ],
      until: 'Decision by',
      button: OPEN_CUSTOMER,
      after: ['If there is no decision by then, the customer expires, and you can invite it again.'],
    },
    DECLINED: {
      subject: '{customer} has declined the invitation',
      preheader: 'Nothing has been created. You can invite the customer again.',
      title: '{customer} has declined',
      before: [
        '{customer} has declined to work with {partner} in {brand}. Nothing has been created for it.',
        'If this was a mistake, talk to the customer and invite it again.',
      ],
      button: OPEN_CUSTOMER,
      after: ['If you do nothing, the record of this customer is removed automatically after some time.'],
    },
    DECLINED_AND_BLOCKED: {
      subject: '{customer} has declined the invitation',
      preheader: 'Nothing has been created. The recipient wants no more invitations from you.',
      title: '{customer} has declined',
      before: [
        '{customer} has declined to work with {partner} in {brand}. Nothing has been created for it.',
        'The recipient wants no more invitations from {partner}. You cannot invite this address for 30 days, unless the recipient allows it earlier.',
      ],
      button: OPEN_CUSTOMER,
      after: ['If you do nothing, the record of this customer is removed automatically after some time.'],
    },
    EXPIRED: {
      subject: 'The invitation of {customer} has expired',
      preheader: 'It was not completed in time. You can invite the customer again.',
      title: 'The invitation of {customer} has expired',
      before: [
        'The invitation of {customer} to work with {partner} in {brand} was not completed in time. Nothing has been created for it.',
        'The customer’s page shows which step was reached, and how to invite the customer again.',
      ],
      button: OPEN_CUSTOMER,
      after: ['If you do nothing, the record of this customer is removed automatically after some time.'],
    },
    BOUNCED: {
      subject: 'The invitation did not reach {customer}',
      preheader: 'Its email address does not accept mail. Correct the address, and the invitation is sent again.',
      title: 'The invitation did not reach {customer}',
      before: [
        'The email address of {customer} does not accept mail: the invitation to work with {partner} in {brand} has come back.',
        'Ask the customer for the right address and enter it on the customer’s page. The invitation is then sent again.',
      ],
      button: 'Correct the address',
      after: ['If you do nothing, the invitation expires.'],
    },
    APPROVAL_REQUESTED: {
      subject: 'Approval requested: {customer}, customer of {partner}',
      preheader: '{partner} wants to serve the customer. The decision is yours.',
      title: '{customer} awaits approval',
      before: [
        '{partner} wants to serve {customer} in {brand}. Under the rules of the partner program, you approve or reject it.',
      ],
      until: 'Decide by',
      button: 'Review the request',
      after: ['If nobody decides by then, the customer expires, and the partner has to invite it again.'],
    },
    APPROVED: {
      subject: 'Your work with the integrator in {brand} has been approved',
      preheader: '{partner} now serves {customer}. Your organization is ready.',
      title: '{brand} has approved {customer}',
      before: [
        '{brand} has approved {customer} as a customer of {partner}.',
        'An organization has been created for you, and you are its administrator. To work in it, sign in to {brand} with the email address that this message was sent to.',
      ],
      button: 'Open the portal',
      after: ['You don’t need to do anything more. {partner} can now create your cloud.'],
    },
    REJECTED: {
      subject: 'Your work with the integrator in {brand} has not been approved',
      preheader: 'Nothing has been created, and nothing changes for you.',
      title: '{brand} has not approved {customer}',
      before: [
        '{brand} has not approved {customer} as a customer of {partner}. Nothing has been created, and nothing changes for you.',
        'Ask {partner} what you can do.',
      ],
      button: 'Open the portal',
      after: [],
    },
    SUSPENDED: {
      subject: 'Your services in {brand} have been suspended',
      preheader: '{partner} has suspended the services of {customer}.',
      title: '{partner} has suspended your services',
      before: [
        '{partner} has suspended the services of {customer} in {brand}. Until it resumes them, no cloud can be created or linked.',
        'Ask {partner} for the reason, and for what you can do.',
      ],
      button: 'Open the portal',
      after: [],
    },
    RESUMED: {
      subject: 'Your services in {brand} have been resumed',
      preheader: '{partner} has resumed the services of {customer}.',
      title: '{partner} has resumed your services',
      before: [
        '{partner} has resumed the services of {customer} in {brand}. Clouds can be created and linked again.',
        'You don’t need to do anything.',
      ],
      button: 'Open the portal',
      after: [],
    },
    APPROVED_FOR_PARTNER: {
      subject: '{customer} has been approved',
      preheader: 'The subaccount is active. You can now create a cloud or link one.',
      title: '{brand} has approved {customer}',
      before: [
        '{brand} has approved {customer} as a customer of {partner}. Its subaccount is active.',
        'You can now create a cloud for it, or link one that it has.',
      ],
      button: OPEN_CUSTOMER,
      after: [],
    },
    REJECTED_FOR_PARTNER: {
      subject: '{customer} has not been approved',
      preheader: 'Nothing has been created for the customer.',
      title: '{brand} has not approved {customer}',
      before: [
        '{brand} has not approved {customer} as a customer of {partner}. Nothing has been created for it.',
        'When the reason no longer applies, you can invite the customer again.',
      ],
      button: OPEN_CUSTOMER,
      after: ['If you do nothing, the record of this customer is removed automatically after some time.'],
    },
    MEMBER_INVITED: {
      subject: 'A partner of {brand} invites you to its team',
      preheader: '{partner} invites you. You can accept until {until}.',
      title: '{partner} invites you to its team',
      before: [
        '{partner} would like you to work in its partner account of {brand}.',
        'Sign in to the portal with the email address that this message was sent to, then accept or decline. You have no rights at {partner} until you accept.',
      ],
      until: 'Accept by',
      button: 'Read the invitation',
      after: [
        'If you do nothing, the invitation expires on {until}, and nothing changes for you.',
        'You do not know {partner}? Decline the invitation, or ignore this email.',
      ],
    },
  },
  labels: { invitedBy: 'Invited by', partner: 'Partner', customer: 'Customer', reason: 'Reason' },
  orOpen: 'If the button does not work, open this link:',
  moment: '{date}, {time} (UTC)',
  left: {
    days: { one: '{count} day left', other: '{count} days left' },
    hours: { one: '{count} hour left', other: '{count} hours left' },
  },
  footers: {
    invitee:
      'You receive this email because {partner} entered this address to invite {customer} to {brand}. Until you answer, reminders may follow, and {partner} may send you the invitation again.',
    customer: 'You receive this email because you confirmed the invitation of {partner} in {brand}.',
    partner: 'You receive this email because you added {customer} in the partner portal of {brand}.',
    owners:
      'You receive this email because you are an owner of {partner} in the partner portal of {brand}. Only owners get this notice.',
    operator: 'You receive this email because you approve the customers of partners of {brand}.',
    member:
      'You receive this email because {partner} entered this address to invite you as a member in {brand}. No other email about this invitation is sent to you.',
  },
};
