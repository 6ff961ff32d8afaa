/** The actions on a customer that pages offer to a person. The server decides again, and may still refuse. */
import type * as z from 'zod/mini';
import type { Grants } from '../../shared/access/grants.ts';
import { holdsRole, mayOnPartnerAccount, mayOnSubaccount } from '../../shared/access/rolePermissions.ts';
import type { accessBinding } from '../../shared/contract/contract.ts';
import { ASSIGNABLE_ROLES } from '../../shared/contract/roles.ts';
import { type Customer, isUndeliverable } from '../customers/customerStatus.tsx';
import type { Me } from '../shell/me.ts';

export type Binding = z.output<typeof accessBinding>;

/** The statuses of a customer that can't be changed any more. */
const OVER: readonly Customer['status'][] = ['DECLINED', 'REJECTED', 'EXPIRED'];
/** Whether a customer can't be changed any more. */
export const isOver = ({ status }: Customer): boolean => OVER.includes(status);
/** The statuses of a customer whose invitee has confirmed. A customer without an invitee can have them as well. */
const CONFIRMED: readonly Customer['status'][] = ['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'];

/** The person's roles on a customer: on the partner account and on the subaccount, as far as the bindings are known. */
function grantsOf(me: Me, customer: Customer, bindings: readonly Binding[]): Grants {
  const id = me.user.email ?? me.user.id;
  const onPartnerAccount = me.partner?.id === customer.partnerId ? me.roles : [];
  const onSubaccount = bindings
    .filter(({ subject, resource }) => resource === 'SUBACCOUNT' && subject.id === id)
    .map(({ roleId }) => roleId);
  return { onPartnerAccount, onSubaccount, any: true };
}

/** The address of the contact who confirmed; undefined if there is none. */
export const contactOf = ({ status, email }: Customer): string | undefined =>
  email !== null && CONFIRMED.includes(status) ? email : undefined;

/**
 * @param confirmed whether the invitee confirmed before the customer expired: then the invitation can't be sent again
 * @returns the actions that make sense in the customer's status, and that the person's roles allow
 */
export function mayOn(me: Me, customer: Customer, bindings: readonly Binding[], confirmed: boolean) {
  const { status, email } = customer;
  const grants = grantsOf(me, customer, bindings);
  const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
  const onPartner = (operation: Parameters<typeof mayOnPartnerAccount>[1]) =>
    mayOnPartnerAccount(grants.onPartnerAccount, operation);
  const isLiving = !isOver(customer);
  const isInvited = status === 'VERIFICATION_REQUIRED' && email !== null;
  // The recipient wants no more invitations for now.
  const isBlocked = customer.noMoreInvitationsUntil !== undefined;
  const isLate = status === 'EXPIRED' && email !== null && !confirmed;
  const isResendable = isInvited || (isLate && !isBlocked && !isUndeliverable(customer));
  const addAgain = !isLiving && onPartner('createCustomer') && me.partner?.paid === true;
  const isOwner = onPartner('updateCustomer');
  const isContact = email !== null && contactOf(customer) === me.user.email;
  return {
    /**
     * "only the contact person specified in the account fields can edit it" (seed 000): when confirming, and afterwards on the page of the
     * customer. An owner, if there is no contact.
     */
    changeName: isLiving && (email === null ? isOwner : isContact),
    changeDetails: isLiving && isOwner,
    changeEmail: isInvited && isOwner,
    resend: onPartner('resendInvite') && isResendable,
    addAgain,
    /** If the server takes no resend: after an answer, after a decision, or for another address. */
    inviteAgain: addAgain && !isBlocked && !isResendable,
    copyLink: onPartner('getInviteLink') && isInvited,
    suspend: onPartner('suspendCustomer') && status === 'ACTIVE',
    activate: onPartner('activateCustomer') && status === 'SUSPENDED',
    remove: mayOnSubaccount(grants, 'deleteUnconfirmed') && status !== 'ACTIVE' && status !== 'SUSPENDED',
    createCloud: mayOnSubaccount(grants, 'createCloud'),
    linkCloud: mayOnSubaccount(grants, 'linkCloud'),
    /**
     * Whether clouds can't be created and linked now, because the person's partner is not in paid mode. Other people don't know whether the
     * customer's partner is: the server tells them.
     */
    isUnpaid: me.partner?.id === customer.partnerId && !me.partner.paid,
    /** The contact is the customer: clouds that were created here belong to its account. */
    isContact,
    /** The roles that the person may grant and revoke. */
    giveRoles:
      isLiving && mayOnSubaccount(grants, 'manageAccess')
        ? ASSIGNABLE_ROLES.filter((role) => holdsRole(held, role))
        : [],
  };
}

export type MayOn = ReturnType<typeof mayOn>;
