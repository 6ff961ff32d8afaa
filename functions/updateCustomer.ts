import type * as z from 'zod/mini';
import { membershipByAttempt } from '../shared/access/caller.ts';
import { grantsOn, isInvitee, type Membership } from '../shared/access/grants.ts';
import { mayOnPartnerAccount, mayOnSubaccount, roleMissing } from '../shared/access/rolePermissions.ts';
import { MAX_BODY_BYTES, updateCustomer } from '../shared/contract/contract.ts';
import { Problem, wrongFields } from '../shared/contract/problem.ts';
import { changedForms } from '../shared/contract/resources.ts';
import { changedAnswer, invitationAnswer } from '../shared/customer/answers.ts';
import type { Changes } from '../shared/customer/command.ts';
import type { Customer, Person } from '../shared/customer/customer.ts';
import { loadAccount } from '../shared/customer/eligibility.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { checked } from '../shared/http/validate.ts';
import {
  type InvitingPartner,
  loadInvitingPartner,
  type Reserved,
  requireRefusalsLeft,
  requireReserved,
  usesInvitation,
  withInvitation,
} from '../shared/invitation/dailyLimit.ts';
import { newNonce } from '../shared/invitation/nonce.ts';
import { requireEligibleOutsider, requireOutsider } from '../shared/invitation/outsider.ts';
import { countRefusal } from '../shared/invitation/refusedRegistration.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import type { Subject } from '../shared/table/keys.ts';

/**
 * Changes the fields that differ. A new email address is invited with a new link, and earlier links stop working. No field changes
 * a grant. A caller who may not view the customer (its contact, before the customer is active) gets the invitation as the answer.
 */
export const handler = serve(
  forCustomer(updateCustomer, async ({ body, stored, caller, membership, grants, circumstances, now, program }) => {
    const { partnerId } = stored.customer;
    const nonce = newNonce();
    const membershipNow = membershipByAttempt(caller, membership);
    let inviting: InvitingPartner | undefined;
    let outsider: ReturnType<typeof requireOutsider> = [];
    const change = (one?: Reserved) =>
      changeCustomer(stored, {
        circumstances: { ...circumstances, mailsQueued: one?.mailsQueued },
        command: async (customer) => {
          const changes = differing(customer, body);
          allowChanges(customer, changes, caller.subject, await membershipNow());
          inviting = undefined;
          outsider = [];
          if (changes.email === undefined) return { type: 'update', changes };
          if (!one) throw emailChanged();
          const [partner, account] = await Promise.all([
            loadInvitingPartner(partnerId, now, program),
            loadAccount(changes.email, program),
          ]);
          inviting = partner;
          outsider = requireOutsider(changes.email, customer, partner);
          requireRefusalsLeft(partner, now);
          await requireEligibleOutsider(account, outsider, program);
          return { type: 'update', partnerName: partner.name, changes: { ...changes, nonce } };
        },
        alongside: () => {
          // After the decision: a refusal that waiting does not cure comes first.
          if (one && inviting) requireReserved(one, inviting, now);
          return outsider;
        },
      });
    // A request that repeats the address invites nobody.
    const moves = body.email !== undefined && body.email !== stored.customer.email;
    const changing = moves ? withInvitation(partnerId, circumstances, change, usesInvitation) : change();
    const changed = await changing.catch(async (error: unknown) => {
      if (inviting) await countRefusal(error, inviting, body.email, circumstances);
      throw error;
    });
    if (mayOnSubaccount(grants, 'viewSubaccount')) return changedAnswer(changed, circumstances);
    return { answer: invitationAnswer(changed.customer, await loadPartner(partnerId), now, program) };
  }),
);

/**
 * The fields that differ from the stored customer. A person is merged with the stored one: fields that are not named stay. The form of a
 * field is checked only if it differs: a program may send back a name or a phone that an earlier version has stored.
 *
 * @throws Problem VALIDATION_FAILED
 */
function differing(
  customer: Customer,
  { adminEmails, person, ...fields }: z.output<typeof updateCustomer.body>,
): Changes {
  const changes: Changes = differingFrom(customer, {
    ...fields,
    ...(adminEmails && { adminEmails: [...new Set(adminEmails)] }),
    ...(person && { person: merged(customer.person, person) }),
  });
  const { name, friendlyName } = checked(changedForms, {
    ...changes,
    ...(person && { person: differingFrom(customer.person, person) }),
  });
  // Each field can have the size of a request, and the customer has to fit an item.
  if (changes.person && Buffer.byteLength(JSON.stringify(changes.person)) > MAX_BODY_BYTES) {
    const message = `person must have at most ${MAX_BODY_BYTES} bytes after the change`;
    throw wrongFields({ path: 'person', message, code: 'TOO_LARGE', values: { max: MAX_BODY_BYTES } });
  }
  return { ...changes, ...(name !== undefined && { name }), ...(friendlyName !== undefined && { friendlyName }) };
}

/** The values that differ from the stored ones. */
const differingFrom = (stored: Customer | Person, wanted: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => {
      const was = (stored as Record<string, unknown>)[field] ?? null;
      return value !== undefined && JSON.stringify(sorted(value)) !== JSON.stringify(sorted(was));
    }),
  );

/** A person after a JSON merge patch (RFC 7396): `null` removes a field. */
const merged = (person: Person, patch: Record<string, string | null | undefined>): Person =>
  Object.fromEntries(
    Object.entries({ ...person, ...patch }).filter(([, value]) => value !== null && value !== undefined),
  );

/** A value to compare by: the order of an object's fields does not matter, the order of a list's entries does. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).sort() : value;

/** The refusal of an address that was the stored one when the request came, so that no invitation is reserved for it. */
const emailChanged = () =>
  new Problem('TRY_AGAIN', 'Another request has just changed the email address. Send the request again.', {
    retryAfterSeconds: 1,
  });

/**
 * Refuses changes that the caller may not make (seed 000). The contact alone changes the name: the invitee, from the invitation on. An
 * owner changes everything else, and the name of a customer that has no contact.
 *
 * @throws Problem ROLE_MISSING, NOT_THE_CONTACT
 */
function allowChanges(
  customer: Customer,
  changes: Changes,
  subject: Subject,
  membership: Membership | undefined,
): void {
  const { onPartnerAccount } = grantsOn(customer, { subject }, membership);
  const owner = mayOnPartnerAccount(onPartnerAccount, 'updateCustomer');
  const contact = isInvitee(customer, subject);
  const { name, ...others } = changes;
  if (!owner && (!contact || Object.keys(others).length > 0)) throw roleMissing();
  if (name !== undefined && !contact && customer.email !== null) {
    throw new Problem(
      'NOT_THE_CONTACT',
      customer.confirmedAt === undefined
        ? 'Only the contact can change the name, also when confirming. Ask the contact; or delete the customer, and register it again.'
        : "Only the contact can change the name, on the customer's page. Ask the contact.",
      { errors: [{ path: 'name', message: 'only the contact person can change the name', code: 'NOT_THE_CONTACT' }] },
    );
  }
}
