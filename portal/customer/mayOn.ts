/** What somebody may do with one customer, and so is offered. What is refused is up to the server. */
import type * as z from 'zod/mini';
import type { Grants } from '../../shared/access/grants.ts';
import { holdsRole, mayOnPartnerAccount, mayOnSubaccount } from '../../shared/access/rolePermissions.ts';
import type { accessBinding } from '../../shared/contract/contract.ts';
import { ASSIGNABLE_ROLES } from '../../shared/contract/roles.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import type { Me } from '../shell/me.ts';

export type Binding = z.output<typeof accessBinding>;

/** A customer that has come to nothing: there is nothing to change any more. */
const OVER: readonly Customer['status'][] = ['DECLINED', 'REJECTED', 'EXPIRED'];
/** A customer whose invitee, if it has one, has confirmed. */
const CONFIRMED: readonly Customer['status'][] = ['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'];

/** The roles of somebody on a customer: as a member of its partner, and on its subaccount, as far as its bindings are known. */
function grantsOf(me: Me, customer: Customer, bindings: readonly Binding[]): Grants {
  const id = me.user.email ?? me.user.id;
  const onPartnerAccount = me.partner?.id === customer.partnerId ? me.roles : [];
  const onSubaccount = bindings
    .filter(({ subject, resource }) => resource === 'SUBACCOUNT' && subject.id === id)
    .map(({ roleId }) => roleId);
  return { onPartnerAccount, onSubaccount, any: true };
}

/**
 * @param confirmed whether the invitee had confirmed before the customer expired: then there is nothing to confirm again
 * @returns what makes sense in the customer's status, and one of the person's roles allows
 */
export function mayOn(me: Me, customer: Customer, bindings: readonly Binding[], confirmed: boolean) {
  const { status, email } = customer;
  const grants = grantsOf(me, customer, bindings);
  const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
  const onPartner = (operation: Parameters<typeof mayOnPartnerAccount>[1]) =>
    mayOnPartnerAccount(grants.onPartnerAccount, operation);
  const isLiving = !OVER.includes(status);
  const isInvited = status === 'VERIFICATION_REQUIRED' && email !== null;
  const isOwner = onPartner('updateCustomer');
  const hasContact = email !== null && CONFIRMED.includes(status);
  const isContact = hasContact && me.user.email === email;
  return {
    /** "only the contact person specified in the account fields can edit it" (seed 000), or an owner where nobody has confirmed. */
    changeName: isLiving && (hasContact ? isContact : isOwner),
    changeDetails: isLiving && isOwner,
    changeEmail: isInvited && isOwner,
    resend: onPartner('resendInvite') && (isInvited || (status === 'EXPIRED' && email !== null && !confirmed)),
    addAnew: OVER.includes(status) && onPartner('createCustomer') && me.partner?.paid === true,
    copyLink: onPartner('getInviteLink') && isInvited,
    suspend: onPartner('suspendCustomer') && status === 'ACTIVE',
    activate: onPartner('activateCustomer') && status === 'SUSPENDED',
    remove: mayOnSubaccount(grants, 'deleteUnconfirmed') && status !== 'ACTIVE' && status !== 'SUSPENDED',
    createCloud: mayOnSubaccount(grants, 'createCloud'),
    linkCloud: mayOnSubaccount(grants, 'linkCloud'),
    /** The roles that may be granted and revoked. */
    giveRoles:
      isLiving && mayOnSubaccount(grants, 'manageAccess')
        ? ASSIGNABLE_ROLES.filter((role) => holdsRole(held, role))
        : [],
  };
}

export type MayOn = ReturnType<typeof mayOn>;
