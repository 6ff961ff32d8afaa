/** The clouds of the person's own account. */
export const myClouds = {
  myClouds: {
    description: 'The clouds of your account: who pays for them, and who may do what on them',
    notRead: 'Your clouds can’t be shown',
    none: 'You have no clouds',
    noneText:
      'The account {{email}} has no clouds. If yours belong to another account, sign out and sign in with that one.',
    more: 'Show more',
    billedToYou: 'Billed to you directly',
    billedTo: 'Billed to the subaccount of {{customer}}',
    nobody: 'Nobody else has a role on this cloud.',
    whoOn: 'Who has a role on {{name}}',
    since: 'since {{date}}',
    until: 'until {{date}}',
    types: { PARTNER: 'Partner', SERVICE_ACCOUNT: 'Service account' },
    roles: { owner: 'Owner: may link the cloud', member: 'Member' },
    grant: 'Grant role',
    grantNamed: 'Grant role on {{name}}',
    partnerText: 'The members whose own roles allow linking clouds',
    lastDay: 'Last day (optional)',
    lastDayText: 'The role ends at the end of this day. Without a day, it stays until you revoke it.',
    lastDayForm: 'Year, month and day, such as 2026-12-31',
    lastDayInvalid: 'Enter a day from today on, such as 2026-12-31.',
    granted: 'The role on {{name}} is granted.',
    revoked: 'The role on {{name}} is revoked.',
    revokeText:
      '{{subject}} loses the role “{{role}}” on {{name}} at once. If it is linked already, the cloud stays linked until you unlink it.',
    link: 'Link',
    linkNamed: 'Link {{name}}',
    subaccount: 'Subaccount',
    unlinked: 'The cloud {{name}} is unlinked: it is billed to you directly.',
    unlinkText:
      'The cloud stays as it is, but from now on it is billed to you directly. People with the owner role on it may link it again: revoke the role to prevent this.',
  },
};
