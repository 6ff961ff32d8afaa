/** What the provider's operators decide. */
export const approvals = {
  approvals: {
    description: 'Customers that have confirmed and await your decision, the nearest deadline first',
    refresh: 'Refresh',
    notRead: 'The list can’t be shown',
    none: 'No customers await approval',
    noneText: 'The next customer that confirms appears here, and you get an email.',
    neverText: 'The program asks for no approval: a customer is served as soon as it has confirmed.',
    more: 'Show more',
    of: 'Partner {{partner}}',
    until: 'decision due {{when}}',
    noContact: 'without a contact of its own',
    oneNotRead: 'The customer can’t be shown',
    status: {
      VERIFICATION_REQUIRED:
        'The customer hasn’t confirmed the invitation yet. Until then, there is nothing to decide.',
      APPROVAL_REQUIRED: 'The customer awaits your decision. When you approve, the account is checked again.',
      ACTIVE: 'There is nothing to decide any more: the customer is served.',
      SUSPENDED: 'There is nothing to decide any more: the customer is served, and its partner has suspended it.',
      DECLINED: 'There is nothing to decide: the customer has declined the invitation.',
      REJECTED: 'There is nothing to decide any more: the customer was rejected.',
      EXPIRED:
        'There is nothing to decide any more: the time is over. The customer’s page tells the partner what to do next.',
    },
    eligible: 'The account is eligible',
    ineligible: 'At present, the account is not eligible',
    rulesLabel: 'Rules of the program',
    rulesNotRead: 'The check of the account can’t be shown',
    rules: {
      REGISTERED: {
        met: 'The account is registered',
        broken: 'No registered account has this email, so the other rules can’t be checked',
      },
      NO_CREDIT_BALANCE: { met: 'It has no credit balance', broken: 'It has a credit balance' },
      NOT_USING_SERVICES: { met: 'It isn’t using any services', broken: 'It is using services' },
      NO_DISCOUNTS: { met: 'It is offered no discounts', broken: 'It is offered discounts' },
      NO_POC: { met: 'It isn’t using a POC service', broken: 'It is using a POC service' },
      PREPAID: { met: 'It is prepaid', broken: 'It isn’t prepaid' },
    },
    gone: 'There is no such customer',
    goneText: 'It may have been deleted, or the address is wrong.',
    fields: {
      name: 'Customer',
      partner: 'Partner',
      email: 'Email',
      until: 'Decide by',
      added: 'Added',
      id: 'Subaccount id',
    },
    approve: 'Approve',
    approveNamed: 'Approve {{name}}',
    approveText:
      '{{name}} becomes a customer of the partner {{partner}}: its organization is created, and clouds can be created. This can’t be undone here.',
    approved: '{{name}} is approved.',
    reject: 'Reject',
    rejectNamed: 'Reject {{name}}',
    rejectText:
      '{{name}} doesn’t become a customer. This can’t be undone: the partner would have to add the customer again.',
    reason: 'Reason',
    reasonText: 'The partner and the customer read it in an email.',
    rejected: '{{name}} is rejected.',
  },
};
