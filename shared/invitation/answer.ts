/** How an invitation is answered: by whoever holds the emailed link, or by someone signed in with the invited address. */
import { invitationAnswer, replayHeaders } from '../customer/answers.ts';
import type { Circumstances, Command } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import { loadAccount, requireEligible } from '../customer/eligibility.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { customerNotFound } from '../customer/refusals.ts';
import { type Changed, changeCustomer } from '../customer/store.ts';
import { loadPartner } from '../partner/partner.ts';
import { loadInvited, verifyToken } from './linkToken.ts';

type Reply = 'accept' | 'decline';

/** @throws Problem INVITE_LINK_INVALID, CUSTOMER_STATUS */
export async function answerAsLinkHolder(
  request: { body: { token: string }; circumstances: Circumstances },
  reply: Reply,
) {
  const { body, circumstances } = request;
  // Before anything is answered, a repetition by its Idempotency-Key included.
  const known = await loadInvited(body.token, circumstances.now, circumstances.program);
  const partner = await loadPartner(known.customer.partnerId);
  const changed = await changeCustomer(known, {
    circumstances,
    // Checked at each attempt: the address may have changed between two.
    command: async (customer) => {
      await verifyToken(body.token, customer);
      return commandOf(reply, customer, partner.name, circumstances);
    },
  });
  return answered(changed, partner, circumstances);
}

/** @throws Problem CUSTOMER_STATUS */
export async function answerSignedIn(request: { stored: StoredCustomer; circumstances: Circumstances }, reply: Reply) {
  const { stored, circumstances } = request;
  const partner = await loadPartner(stored.customer.partnerId);
  const changed = await changeCustomer(stored, {
    circumstances,
    command: (customer) => {
      if (customer.email !== stored.customer.email) throw customerNotFound();
      return commandOf(reply, customer, partner.name, circumstances);
    },
  });
  return answered(changed, partner, circumstances);
}

async function commandOf(
  reply: Reply,
  { email, status }: Customer,
  partnerName: string,
  { program }: Circumstances,
): Promise<Command> {
  if (reply === 'decline') return { type: 'decline', partnerName };
  const account = await loadAccount(email, program);
  // What is said to one who has confirmed already, or can't any more, doesn't depend on its account.
  if (status === 'VERIFICATION_REQUIRED') requireEligible(account, program);
  return { type: 'accept', partnerName, alreadyCustomer: account?.customer === true };
}

function answered(
  { customer, replayed }: Changed,
  partner: Awaited<ReturnType<typeof loadPartner>>,
  { now, program }: Circumstances,
) {
  const at = replayed ? new Date(customer.updatedAt) : now;
  return { answer: invitationAnswer(customer, partner, at, program), headers: replayHeaders(replayed) };
}
