/** The link that a partner can copy. It has no token, so it only works for a person signed in with the invited address. */
export function inviteLink(customerId: string): string {
  return `${process.env['PORTAL_URL']}/invite/accept/${customerId}`;
}
