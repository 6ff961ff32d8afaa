/** Who holds which role on a customer. */
export const access = {
  access: {
    title: 'Access',
    text: 'Who holds a role on the subaccount, and on its organization. Members of the partner also have what their roles on the partner account allow.',
    notRead: 'The roles can’t be shown completely',
    on: {
      SUBACCOUNT: '{{role}} of the subaccount',
      ORGANIZATION: '{{role}} of the organization',
    },
    serviceAccount: 'Service account',
    person: 'Person',
    grant: 'Grant role',
    grantButton: 'Grant',
    whom: 'To whom',
    email: 'Email',
    emailInvalid: 'This isn’t an email address.',
    clientId: 'Client id',
    clientIdInvalid: 'This isn’t a client id.',
    role: 'Role',
    chooseRole: 'Choose a role',
    revoke: 'Revoke',
    revokeNamed: 'Revoke the role {{role}} from {{subject}}',
    revokeTitle: 'Revoke role',
    revokeText: '{{subject}} loses the role {{role}} on this subaccount.',
  },
};
