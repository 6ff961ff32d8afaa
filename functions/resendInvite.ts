import { resendInvite } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { isQueued, undeliverableReason } from '../shared/customer/delivery.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import {
  loadInvitingPartner,
  type Reserved,
  requireRefusalsLeft,
  requireReserved,
  usesInvitation,
  withInvitation,
} from '../shared/invitation/dailyLimit.ts';
import { requireOutsiderAgain } from '../shared/invitation/outsider.ts';
import { countRefusal } from '../shared/invitation/refusedRegistration.ts';
import { notLeftYet } from '../shared/partner/cooldown.ts';
import { byAttempt } from '../shared/table/table.ts';

/**
 * Mails the invitation again: the deadline starts again, earlier links stay valid. Opens an expired invitation again, if its address is
 * still free: this is refused and counted as a registration is.
 */
export const handler = serve(
  forCustomer(resendInvite, async ({ stored, circumstances, now, program }) => {
    const { partnerId, email } = stored.customer;
    const loadPartner = () => loadInvitingPartner(partnerId, now, program);
    let partner = await loadPartner();
    const partnerNow = byAttempt(partner, loadPartner);
    const resend = (one: Reserved) =>
      changeCustomer(stored, {
        circumstances: { ...circumstances, mailsQueued: one.mailsQueued },
        command: async (customer, delivery) => {
          partner = await partnerNow();
          if (customer.status === 'EXPIRED') requireRefusalsLeft(partner, now);
          // A reminder that waits reserves nothing: the transaction would not refuse.
          if (isQueued(customer, delivery)) throw notLeftYet();
          return { type: 'resend', partnerName: partner.name, undeliverable: undeliverableReason(customer, delivery) };
        },
        alongside: (customer) => {
          // After the decision: a refusal that waiting does not cure comes first.
          requireReserved(one, partner, now);
          return requireOutsiderAgain(customer, partner);
        },
      });
    const changed = await withInvitation(partnerId, circumstances, resend, usesInvitation).catch(
      async (error: unknown) => {
        await countRefusal(error, partner, email ?? undefined, circumstances);
        throw error;
      },
    );
    return changedAnswer(changed, circumstances);
  }),
);
