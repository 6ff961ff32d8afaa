/** Answers an invitation, for the holder of the emailed link, or for a person signed in with the invited address. */
import { invitationAnswer, replayHeaders } from '../customer/answers.ts';
import type { Circumstances, Command } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import { loadAccount, requireEligible } from '../customer/eligibility.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { customerNotFound } from '../customer/refusals.ts';
import { changeCustomer } from '../customer/store.ts';
import { blockInvitations } from '../partner/cooldown.ts';
import { byAttempt } from '../table/table.ts';
import { loadBlock } from './block.ts';
import { loadInvitingPartner } from './dailyLimit.ts';
import { loadInvited, verifyToken } from './linkToken.ts';
import { requireOutsiderAnswers } from './outsider.ts';

type Reply = 'accept' | 'decline';
/**
 * The fields of an answer. `name`: the customer's name as the contact has corrected it, when accepting. `noMoreInvitations`: whether a
 * recipient who declines wants no more invitations from the partner.
 */
type Sent = { name?: string | undefined; noMoreInvitations?: boolean | undefined };

/**
 * Answers the invitation of an emailed link.
 *
 * @throws Problem INVITE_LINK_INVALID, EMAIL_OF_MEMBER, CUSTOMER_STATUS, IDEMPOTENCY_KEY_REUSED, the code of a broken rule of the program
 */
export async function answerAsLinkHolder(
  request: { body: Sent & { token: string }; circumstances: Circumstances },
  reply: Reply,
) {
  const { body, circumstances } = request;
  // Checks the token before any answer, also before the answer to a replay.
  const known = await loadInvited(body.token, circumstances.now, circumstances.program);
  // Checked at each attempt, because the address may have changed since the last one.
  return answer(known, reply, body, circumstances, (customer) => verifyToken(body.token, customer));
}

/**
 * Answers the invitation of a customer whose invitee is signed in.
 *
 * @throws Problem CUSTOMER_NOT_FOUND if the invited address has changed meanwhile; EMAIL_OF_MEMBER, CUSTOMER_STATUS,
 *   IDEMPOTENCY_KEY_REUSED, the code of a broken rule of the program
 */
export async function answerSignedIn(
  request: { body: Sent; stored: StoredCustomer; circumstances: Circumstances },
  reply: Reply,
) {
  const { body, stored, circumstances } = request;
  return answer(stored, reply, body, circumstances, ({ email }) => {
    if (email !== stored.customer.email) throw customerNotFound();
  });
}

/** @param allow refuses a caller who may not answer; called at each attempt */
async function answer(
  stored: StoredCustomer,
  reply: Reply,
  { name, noMoreInvitations }: Sent,
  circumstances: Circumstances,
  allow: (customer: Customer) => Promise<void> | void,
) {
  const { now, program } = circumstances;
  const loadPartner = () => loadInvitingPartner(stored.customer.partnerId, now, program);
  let partner = await loadPartner();
  const partnerNow = byAttempt(partner, loadPartner);
  const changed = await changeCustomer(stored, {
    circumstances,
    command: async (customer) => {
      await allow(customer);
      partner = await partnerNow();
      if (reply === 'decline') return { type: 'decline', partnerName: partner.name, noMoreInvitations };
      return acceptCommand(name, customer, partner.name, circumstances);
    },
    alongside: (customer) => [
      ...requireOutsiderAnswers(customer, partner),
      ...(noMoreInvitations && customer.email !== null
        ? [blockInvitations({ partnerId: partner.id, email: customer.email }, now)]
        : []),
    ],
  });
  const at = changed.replayed ? new Date(changed.customer.updatedAt) : now;
  const blocked = await loadBlock(changed.customer, now, program);
  return {
    answer: invitationAnswer(changed.customer, partner, at, program, blocked),
    headers: replayHeaders(changed.replayed),
  };
}

async function acceptCommand(
  name: string | undefined,
  { email, status }: Customer,
  partnerName: string,
  { program }: Circumstances,
): Promise<Command> {
  const account = await loadAccount(email, program);
  // In any other status the answer does not depend on the account.
  if (status === 'VERIFICATION_REQUIRED') requireEligible(account, program);
  return { type: 'accept', partnerName, alreadyCustomer: account?.customer === true, name };
}
