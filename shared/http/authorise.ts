/** The middlewares that find the caller of a request, and refuse a caller who may not call the endpoint. */
import { loadMembership, notAPartner, prepareSignIn, requireKnownClient } from '../access/caller.ts';
import { loadGrants } from '../access/departures.ts';
import { type Caller, type Grants, isInvitee, type Membership } from '../access/grants.ts';
import { mayOnPartnerAccount, mayOnSubaccount, roleMissing } from '../access/rolePermissions.ts';
import { requireSecondFactor } from '../access/secondFactor.ts';
import { holderOf, loadAccountCloud } from '../cloud/accountCloud.ts';
import type { Endpoint } from '../contract/contract.ts';
import { cloudId as cloudIdSchema } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import type { PartnerOperation, SubaccountOperation } from '../contract/roles.ts';
import { asOf, type Customer } from '../customer/customer.ts';
import { loadCustomer } from '../customer/store.ts';
import { addLogFields, principalDigest } from '../log.ts';
import { countRequest, isFrequent } from '../partner/requestLimit.ts';
import type { Form } from './form.ts';
import type { Incoming, Middleware } from './request.ts';

/** Customer ids in the provider's style (seed 002: `dn2…`). */
export const CUSTOMER_ID = /^dn2[a-z0-9]{17}$/;

/** Shared by all endpoints of a function, so that the issuer's keys are fetched once. */
let signIn: ReturnType<typeof prepareSignIn> | undefined;

/**
 * The middleware that finds the caller, and then calls `find`, which refuses the caller or returns more findings. `membershipOf` reads the
 * caller's membership, unless the check of the caller has read it, and counts the request for the limit of the partner. The request counts
 * before `find` can refuse it: refusals cost reads, too.
 */
function authorised(
  find: (
    caller: Caller,
    event: Incoming,
    membershipOf: () => Promise<Membership | undefined>,
  ) => Promise<Partial<Incoming['findings']>>,
): Middleware {
  signIn ??= prepareSignIn();
  const callerOf = signIn;
  return {
    before: async ({ event }) => {
      const caller = await callerOf(event.headers['authorization']);
      event.findings.caller = caller;
      addLogFields({ caller: caller.kind, principal: principalDigest(caller.subject) });
      const known = caller.kind === 'SERVICE_ACCOUNT' ? await requireKnownClient(caller) : undefined;
      addLogFields({ partnerId: known?.partnerId });
      const membershipOf = async () => {
        const membership = known ?? (await loadMembership(caller.subject));
        addLogFields({ partnerId: membership?.partnerId });
        if (membership && !caller.operator) await countRequest(membership.partnerId, event.findings.now);
        return membership;
      };
      Object.assign(event.findings, await find(caller, event, membershipOf));
    },
  };
}

/** Lets in everyone who is signed in. The membership is read only for the limit of the partner, if the caller sends many requests. */
export const signedIn = (): Middleware =>
  authorised(async (caller, { findings }, membershipOf) => {
    if (!caller.operator && isFrequent(caller.subject, findings.now)) await membershipOf();
    return {};
  });

/** Lets in the provider's operators. */
export const operator = (endpoint: Endpoint): Middleware =>
  authorised(async (caller) => {
    requireOperator(caller);
    requireSecondFactor(caller, endpoint, { asOperator: true, roles: [] });
    return {};
  });

function requireOperator(caller: Caller): void {
  if (!caller.operator) throw new Problem('NOT_AN_OPERATOR', "Only the provider's operators may do this.");
}

/** Lets in the members of a partner who have a role that allows the operation on the partner account. */
export function member(endpoint: Endpoint): Middleware {
  const operation = endpoint.access.split('.')[1] as PartnerOperation;
  return authorised(async (caller, _event, membershipOf) => {
    const membership = await membershipOf();
    if (!membership) throw notAPartner();
    if (!mayOnPartnerAccount(membership.roles, operation)) throw roleMissing();
    requireSecondFactor(caller, endpoint, { asOperator: false, roles: membership.roles });
    return { membership };
  });
}

/**
 * Lets in callers who have a role that allows the operation on the customer; where the endpoint says so, also the
 * invitee, the holder of the cloud, and operators.
 * A caller without any role on the customer gets the same answer as for a customer that does not exist.
 */
export function granted(endpoint: Endpoint, form: Form): Middleware {
  return authorised(async (caller, event, membershipOf) => {
    if (endpoint.access === 'operator') requireOperator(caller);
    const { now, program } = event.findings;
    const { customerId, notFound } = form.customerOf(event, endpoint);
    if (!CUSTOMER_ID.test(customerId)) throw notFound();
    addLogFields({ customerId });
    const [membership, stored] = await Promise.all([membershipOf(), loadCustomer(customerId)]);
    if (!stored || asOf(stored.customer, now, program).status === 'DELETED') throw notFound();
    const judge = async (customer: Customer, by: Membership | undefined): Promise<Grants> => {
      const grants = await loadGrants(customer, caller, by);
      const asHolder = endpoint.holderToo === true && (await isHolder(caller, event, customerId));
      const asOperator = caller.operator && (endpoint.access === 'operator' || endpoint.operatorToo === true);
      if (!grants.any && !asOperator && !asHolder) throw notFound();
      const asInvitee = endpoint.inviteeToo === true && isInvitee(customer, caller.subject);
      const isOwn = asInvitee || asHolder || (endpoint.access !== 'operator' && isAllowed(grants, endpoint));
      if (!asOperator && !isOwn) throw roleMissing();
      // An operator who may act without being one does not act as an operator.
      requireSecondFactor(caller, endpoint, { asOperator: !isOwn, roles: grants.onPartnerAccount });
      return grants;
    };
    const grants = await judge(stored.customer, membership);
    const authoriseAgain = async (customer: Customer) => {
      await judge(customer, await loadMembership(caller.subject));
    };
    return { membership, stored, grants, authoriseAgain };
  });
}

/** Whether the caller holds the cloud that the path names, and the cloud is billed to the customer. */
async function isHolder({ subject }: Caller, { pathParameters }: Incoming, customerId: string): Promise<boolean> {
  const { cloudId = '' } = pathParameters ?? {};
  const cloud = cloudIdSchema().safeParse(cloudId).success ? await loadAccountCloud(cloudId) : undefined;
  return cloud?.boundTo === customerId && holderOf(cloud) === subject;
}

function isAllowed(grants: Grants, { access }: Endpoint): boolean {
  const [resource, operation] = access.split('.');
  return resource === 'partnerAccount'
    ? mayOnPartnerAccount(grants.onPartnerAccount, operation as PartnerOperation)
    : mayOnSubaccount(grants, operation as SubaccountOperation);
}
