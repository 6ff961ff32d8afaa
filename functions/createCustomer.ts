import { customerAnswer, etag, replayHeaders } from '../shared/answers.ts';
import { createCustomer } from '../shared/contract.ts';
import { forPartner, serve } from '../shared/http.ts';
import { loadInvitingPartner } from '../shared/invitationLimit.ts';
import { register } from '../shared/registration.ts';

/** Registers a customer in the status Verification required; the event that says so carries the invitation mail. */
export const handler = serve(
  forPartner(createCustomer, async ({ body, sent, membership, circumstances, now, program }) => {
    const partner = await loadInvitingPartner(membership.partnerId, now, program);
    const registered = await register(body, sent, partner, circumstances);
    return {
      answer: customerAnswer(registered, registered.replayed ? new Date(registered.customer.createdAt) : now, program),
      headers: { ...etag(registered), ...replayHeaders(registered.replayed) },
    };
  }),
);
