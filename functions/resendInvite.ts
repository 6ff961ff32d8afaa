import { customerAnswer, etag, loadPartner, replayHeaders } from '../shared/answers.ts';
import { resendInvite } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { changeCustomer } from '../shared/table.ts';

/** Mails the invitation again: the deadline starts anew, links sent earlier stay alive. Opens an expired invitation again. */
export const handler = serve(
  forCustomer(resendInvite, async ({ stored, circumstances, now, program }) => {
    const { name: partnerName } = await loadPartner(stored.customer.partnerId);
    const changed = await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: () => ({ type: 'resend', partnerName }),
    });
    return {
      answer: customerAnswer(changed, changed.replayed ? new Date(changed.customer.updatedAt) : now, program),
      headers: { ...etag(changed), ...replayHeaders(changed.replayed) },
    };
  }),
);
