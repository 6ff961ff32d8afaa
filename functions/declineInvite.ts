import { declineInvite, declineInviteSignedIn } from '../shared/contract/contract.ts';
import { forCustomer, forLinkHolder, serve } from '../shared/http/serve.ts';
import { answerAsLinkHolder, answerSignedIn } from '../shared/invitation/answer.ts';

/** Declines, by the emailed link or signed in with the invited address. The address is free for another invitation. */
export const handler = serve(
  forLinkHolder(declineInvite, (request) => answerAsLinkHolder(request, 'decline')),
  forCustomer(declineInviteSignedIn, (request) => answerSignedIn(request, 'decline')),
);
