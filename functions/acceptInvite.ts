import { acceptInvite, acceptInviteSignedIn } from '../shared/contract/contract.ts';
import { forCustomer, forLinkHolder, serve } from '../shared/http/serve.ts';
import { answerAsLinkHolder, answerSignedIn } from '../shared/invitation/answer.ts';

/** Confirms the invitation, by the emailed link or signed in with the invited address. Confirming again changes nothing. */
export const handler = serve(
  forLinkHolder(acceptInvite, (request) => answerAsLinkHolder(request, 'accept')),
  forCustomer(acceptInviteSignedIn, (request) => answerSignedIn(request, 'accept')),
);
