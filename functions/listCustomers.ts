import { listCustomers } from '../shared/contract/contract.ts';
import { customerAnswer } from '../shared/customer/answers.ts';
import { customersPage } from '../shared/customer/list.ts';
import { forPartner, serve } from '../shared/http/serve.ts';

/** Lists the partner's customers, newest first; with `query`, finds them by the beginning of their name or email. */
export const handler = serve(
  forPartner(listCustomers, async ({ query, membership, now, program }) => {
    const { customers, ...next } = await customersPage(membership.partnerId, query, now, program);
    return { answer: { customers: customers.map((stored) => customerAnswer(stored, now, program)), ...next } };
  }),
);
