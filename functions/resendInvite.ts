import { resendInvite } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { undeliverableReason } from '../shared/customer/delivery.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadInvitingPartner, requireInvitationsLeft } from '../shared/invitation/dailyLimit.ts';

/** Mails the invitation again: the deadline starts anew, earlier links stay valid. Opens an expired invitation again. */
export const handler = serve(
  forCustomer(resendInvite, async ({ stored, circumstances, now, program }) => {
    const partner = await loadInvitingPartner(stored.customer.partnerId, now, program);
    const changed = await changeCustomer(stored, {
      circumstances,
      command: (customer, delivery) => {
        requireInvitationsLeft(partner, now);
        return { type: 'resend', partnerName: partner.name, undeliverable: undeliverableReason(customer, delivery) };
      },
    });
    return changedAnswer(changed, circumstances);
  }),
);
