import { loadGrants } from '../shared/access/departures.ts';
import { isContact } from '../shared/access/grants.ts';
import { listMyCustomers } from '../shared/contract/contract.ts';
import { invitationAnswer } from '../shared/customer/answers.ts';
import { asOf } from '../shared/customer/customer.ts';
import { loadCustomer } from '../shared/customer/store.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartners } from '../shared/partner/partner.ts';
import { MY_CUSTOMER_PREFIX, myCustomersOf } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Most customers on a page: the names of a customer and of its organization can have 64 KB each, an answer of Lambda 6 MB. */
const MAX_INVITATIONS = 40;

/**
 * Lists the customers that invite the caller's verified email, or on which the caller holds a binding. Each has an item under
 * the caller; customers and partners are then read by key. A partner's staff finds its customers in `listCustomers`.
 */
export const handler = serve(
  forSignedIn(listMyCustomers, async ({ caller, query: page, now, program }) => {
    const scope = `${listMyCustomers.name} ${caller.subject}`;
    const { limit, position } = readPage(page, scope);
    const partition = myCustomersOf(caller.subject);
    const { items, last } = await query({
      condition: 'pk = :partition AND begins_with(sk, :prefix)',
      values: { ':partition': partition, ':prefix': MY_CUSTOMER_PREFIX },
      limit: Math.min(limit, MAX_INVITATIONS),
      // Invitations come before bindings: a partner can name anyone as administrator without asking.
      newestFirst: true,
      start: position && { pk: partition, sk: MY_CUSTOMER_PREFIX + position[0] },
    });
    // A person who is both invitee and administrator has two items for one customer.
    const ids = [...new Set(items.flatMap(({ customerId = [] }) => customerId as string | []))];
    const stored = (await Promise.all(ids.map(loadCustomer))).flatMap((found) => found ?? []);
    const there = stored
      .map(({ customer }) => customer)
      .filter((customer) => asOf(customer, now, program).status !== 'DELETED');
    const grants = await Promise.all(there.map((customer) => loadGrants(customer, caller, undefined)));
    const mine = there.filter((_, i) => grants[i]?.any);
    const known = await loadPartners(mine.map(({ partnerId }) => partnerId));
    const partners = new Map(known.map((partner) => [partner.id, partner]));
    return {
      answer: {
        customers: mine.flatMap((customer) => {
          const partner = partners.get(customer.partnerId);
          if (!partner) return [];
          const contact = isContact(customer, caller.subject);
          return [{ ...invitationAnswer(customer, partner, now, program), contact }];
        }),
        ...(last && { nextPageToken: pageToken([String(last['sk']).slice(MY_CUSTOMER_PREFIX.length)], scope) }),
      },
    };
  }),
);
