import { createCustomer } from '../shared/contract/contract.ts';
import { customerAnswer, etag, replayHeaders } from '../shared/customer/answers.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { loadInvitingPartner } from '../shared/invitation/dailyLimit.ts';
import { register } from '../shared/invitation/register.ts';

/** Registers a customer in the status Verification required. The event of the registration contains the invitation mail. */
export const handler = serve(
  forPartner(createCustomer, async ({ body, sent, membership, circumstances, now, program }) => {
    const partner = loadInvitingPartner(membership.partnerId, now, program);
    const registered = await register(body, sent, partner, circumstances);
    return {
      answer: customerAnswer(registered, registered.replayed ? new Date(registered.customer.createdAt) : now, program),
      headers: { ...etag(registered), ...replayHeaders(registered.replayed) },
    };
  }),
);
