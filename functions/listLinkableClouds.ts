import { holderOf, knowsCloud, partnerToLinkFor, rolesOf } from '../shared/cloud/accountCloud.ts';
import { linkObstacle } from '../shared/cloud/cloud.ts';
import { grantsPage } from '../shared/cloud/grants.ts';
import { isOwnCloud, loadPeople } from '../shared/cloud/ownership.ts';
import { listLinkableClouds } from '../shared/contract/contract.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Lists the customer's clouds on which the caller has a role, and no others: each linkable, or with the reason why not. */
export const handler = serve(
  forCustomer(listLinkableClouds, async ({ query: page, caller, membership, stored, now, program }) => {
    const { customer } = stored;
    const { subject } = caller;
    const asking = { subject, membership };
    const partner = partnerToLinkFor(membership);
    const scope = `${listLinkableClouds.name} ${customer.id} ${subject}`;
    const { found, ...next } = await grantsPage([subject, ...(partner ? [partner] : [])], page, scope);
    const known = found.filter(
      ({ cloud, under }) =>
        knowsCloud(cloud, asking, now) &&
        // A cloud on which the caller also has a role of its own is listed under the caller.
        (under === subject ||
          !(holderOf(cloud) === subject || rolesOf(cloud, asking, now).some((role) => role.subject === subject))),
    );
    const holders = known.map(({ cloud }) => holderOf(cloud));
    const people = await loadPeople(customer, holders, subject);
    const own = known.filter(({ cloud }) => isOwnCloud(customer, holderOf(cloud), subject, people));
    return {
      answer: {
        clouds: own.map(({ id, cloud }) => {
          const obstacle = linkObstacle(cloud, asking, now, program);
          return { id, name: cloud.name, linkable: obstacle === undefined, ...obstacle };
        }),
        ...next,
      },
    };
  }),
);
