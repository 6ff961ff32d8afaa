import { allowInvitations, allowInvitationsSignedIn } from '../shared/contract/contract.ts';
import { invitationAnswer, replayHeaders } from '../shared/customer/answers.ts';
import type { Idempotency } from '../shared/customer/command.ts';
import { keyUseWrites, loadKeyUse } from '../shared/customer/keyUse.ts';
import { forLinkHolder, forSignedIn, serve } from '../shared/http/serve.ts';
import { loadInvited } from '../shared/invitation/linkToken.ts';
import { allowInvitations as allow, type Recipient, recipientKey } from '../shared/partner/cooldown.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import { retryConflicts, transact, transactOrBusy } from '../shared/table/table.ts';

/** Lifts the recipient's block, unless the request has done so before: the recipient may have declined again since. Returns whether it had. */
const allowOnce = (recipient: Recipient, idempotency: Idempotency | undefined, now: Date): Promise<boolean> => {
  const key = recipientKey(recipient);
  return retryConflicts(async () => {
    if (await loadKeyUse(key, idempotency)) return true;
    const writes = [allow(recipient), ...keyUseWrites(key, idempotency, now)];
    return (await transact(writes)) === 'conflict' ? 'conflict' : false;
  });
};

/** Lets a partner invite the recipient again, who wanted no more invitations. Allowing again changes nothing. */
export const handler = serve(
  forLinkHolder(allowInvitations, async ({ body, now, program, circumstances: { idempotency } }) => {
    const { customer } = await loadInvited(body.token, now, program);
    const { partnerId, email } = customer;
    const replayed = email !== null && (await allowOnce({ partnerId, email }, idempotency, now));
    const answer = invitationAnswer(customer, await loadPartner(partnerId), now, program);
    return { answer, headers: replayHeaders(replayed) };
  }),
  forSignedIn(allowInvitationsSignedIn, async ({ path: { partnerId = '' }, caller }) => {
    // A service account has no mailbox: no item has its client id.
    await transactOrBusy([allow({ partnerId, email: caller.id })]);
    return {};
  }),
);
