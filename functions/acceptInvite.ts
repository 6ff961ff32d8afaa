import { acceptInvite, acceptInviteSignedIn } from '../shared/contract.ts';
import { forCustomer, forLinkHolder, serve } from '../shared/http.ts';
import { answerAsLinkHolder, answerSignedIn } from '../shared/invitation.ts';

/** Confirms, by the emailed link or signed in with the invited address. Confirming again answers as the first time did. */
export const handler = serve(
  forLinkHolder(acceptInvite, (request) => answerAsLinkHolder(request, 'accept')),
  forCustomer(acceptInviteSignedIn, (request) => answerSignedIn(request, 'accept')),
);
