import { listApprovals } from '../shared/contract/contract.ts';
import { customerAnswer } from '../shared/customer/answers.ts';
import { fromItem } from '../shared/customer/item.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { loadPartners } from '../shared/partner/partner.ts';
import { APPROVALS, customerIdOf, customerKey, type Key } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Lists the customers that await the provider's approval, the nearest deadline first, with their partners. */
export const handler = serve(
  forOperator(listApprovals, async ({ query: page, now, program }) => {
    const { limit, position } = readPage(page, listApprovals.name);
    const [dueAt, customerId = ''] = position ?? [];
    const { items, last } = await query({
      index: 'byApproval',
      condition: 'approval = :approvals AND dueAt > :now',
      values: { ':approvals': APPROVALS, ':now': now.toISOString() },
      limit,
      // If the previous page's last customer has expired since, its position is outside the query, and all results come after it.
      start:
        dueAt !== undefined && dueAt > now.toISOString()
          ? { approval: APPROVALS, dueAt, ...customerKey(customerId) }
          : undefined,
    });
    const customers = items.map((item) => customerAnswer(fromItem(item), now, program));
    return {
      answer: {
        customers,
        partners: await loadPartners(customers.map(({ partnerId }) => partnerId)),
        ...(last && {
          nextPageToken: pageToken([String(last['dueAt']), customerIdOf(last as Key)], listApprovals.name),
        }),
      },
    };
  }),
);
