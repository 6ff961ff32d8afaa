import { declineInvite, declineInviteSignedIn } from '../shared/contract/contract.ts';
import { forCustomer, forLinkHolder, serve } from '../shared/http/serve.ts';
import { answerAsLinkHolder, answerSignedIn } from '../shared/invitation/answer.ts';

/** Declines the invitation, by the emailed link or signed in with the invited address, which is then free for another. */
export const handler = serve(
  forLinkHolder(declineInvite, (request) => answerAsLinkHolder(request, 'decline')),
  forCustomer(declineInviteSignedIn, (request) => answerSignedIn(request, 'decline')),
);
