/**
 * Counts the registrations that are refused because of the account. Such a refusal tells a partner something about an account that need
 * not be its customer's, so that the program limits how many a partner gets in a day (`docs/adr/0005-limits-on-invitations.md`).
 */
import { Problem, type ProblemCode } from '../contract/problem.ts';
import { ELIGIBILITY_PROBLEMS } from '../contract/resources.ts';
import type { Circumstances } from '../customer/command.ts';
import { type PartnerActor, partnerEvent } from '../partner/events.ts';
import { partnerKey } from '../table/keys.ts';
import { retryConflicts, transact, update } from '../table/table.ts';
import { dayOf, type InvitingPartner, loadInvitingPartner, requireRefusalsLeft } from './dailyLimit.ts';

/** The refusals that tell something about an account. */
const OF_ACCOUNT: readonly ProblemCode[] = [...ELIGIBILITY_PROBLEMS, 'ACCOUNT_NOT_AVAILABLE'];

/**
 * Counts a refusal and writes it into the partner's log, before the partner reads the reason. Does nothing for an error that tells nothing
 * about the account.
 *
 * @param partner its `refusalsLeft` becomes the number that is left after the refusal
 * @param email the refused address
 * @throws Problem REFUSAL_LIMIT if the partner has no refusal left today: it doesn't learn the reason
 */
export async function countRefusal(
  error: unknown,
  partner: InvitingPartner,
  email: string | undefined,
  { now, program, actor }: Circumstances,
): Promise<void> {
  if (!(error instanceof Problem) || !OF_ACCOUNT.includes(error.code)) return;
  const { id } = partner;
  const limit = program.refusedRegistrationsPerDay;
  const event = partnerEvent(id, {
    type: 'RegistrationRefused',
    at: now,
    actor: actor as PartnerActor,
    data: { email, code: error.code },
  });
  const values = { ':today': dayOf(now), ':one': 1 };
  await retryConflicts(async () => {
    const { refusalsLeft } = await loadInvitingPartner(id, now, program);
    partner.refusalsLeft = refusalsLeft;
    requireRefusalsLeft(partner, now);
    const count =
      refusalsLeft === limit
        ? update(partnerKey(id), 'SET refusedOn = :today, refused = :one', {
            condition: 'attribute_exists(pk) AND NOT refusedOn = :today',
            values,
          })
        : update(partnerKey(id), 'SET refused = refused + :one', {
            condition: 'refusedOn = :today AND refused < :limit',
            values: { ...values, ':limit': limit },
          });
    return transact([{ write: count, refused: 'conflict' }, event]);
  });
  partner.refusalsLeft -= 1;
}
