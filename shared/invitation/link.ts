/** The address of an invitation, without the proof of the mailbox: `linkToken.ts` adds that. */

/** The link that a partner can copy: without the token, it works for someone signed in with the invited address alone. */
export function inviteLink(customerId: string): string {
  return `${process.env['PORTAL_URL']}/invite/accept/${customerId}`;
}
