import { invitationAnswer, loadPartner } from '../shared/answers.ts';
import { listMyCustomers } from '../shared/contract.ts';
import { asOf } from '../shared/customer.ts';
import { forSignedIn, serve } from '../shared/http.ts';
import { MY_CUSTOMER_PREFIX } from '../shared/keys.ts';
import { pageToken, readPage } from '../shared/page.ts';
import { loadCustomer, query } from '../shared/table.ts';

/** A name and that of the organization may have 64 KB each, and an answer of a function 6 MB. */
const MAX_INVITATIONS = 40;

/**
 * The customers that invite the caller's verified email, or that name it as an administrator. One item each stands under
 * the caller; the customers and partners are then read by key. A partner's staff finds its own in `listCustomers`.
 */
export const handler = serve(
  forSignedIn(listMyCustomers, async ({ caller, query: page, now, program }) => {
    const scope = `${listMyCustomers.name} ${caller.subject}`;
    const { limit, position } = readPage(page, scope);
    const { items, last } = await query({
      condition: 'pk = :subject AND begins_with(sk, :prefix)',
      values: { ':subject': caller.subject, ':prefix': MY_CUSTOMER_PREFIX },
      limit: Math.min(limit, MAX_INVITATIONS),
      // Invitations first: whom a partner names as administrator isn't asked.
      newestFirst: true,
      start: position && { pk: caller.subject, sk: MY_CUSTOMER_PREFIX + position[0] },
    });
    // Someone who is both the invitee and an administrator has two items for one customer.
    const ids = [...new Set(items.map((item) => String(item['customerId'])))];
    const stored = (await Promise.all(ids.map(loadCustomer))).flatMap((found) => found ?? []);
    const mine = stored
      .map(({ customer }) => customer)
      .filter((customer) => asOf(customer, now, program).status !== 'DELETED')
      .filter(
        (customer) => caller.email !== null && [customer.email, ...customer.administrators].includes(caller.email),
      );
    const partnerIds = [...new Set(mine.map(({ partnerId }) => partnerId))];
    const partners = new Map((await Promise.all(partnerIds.map(loadPartner))).map((partner) => [partner.id, partner]));
    return {
      answer: {
        customers: mine.flatMap((customer) => {
          const partner = partners.get(customer.partnerId);
          return partner ? [invitationAnswer(customer, partner, now, program)] : [];
        }),
        ...(last && { nextPageToken: pageToken([String(last['sk']).slice(MY_CUSTOMER_PREFIX.length)], scope) }),
      },
    };
  }),
);
