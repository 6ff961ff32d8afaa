/** The refusals of commands on a customer. */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { type Customer, isInvited, type Organization, statusLabel } from './customer.ts';

/** The refusal if there is no such customer, or the caller may not know of it. */
export function customerNotFound(): Problem {
  return new Problem('CUSTOMER_NOT_FOUND', 'There is no such customer. Check the id: your list of customers has it.');
}

/** The refusal of an idempotency key that another request has used. */
export function keyReused(): Problem {
  return new Problem(
    'IDEMPOTENCY_KEY_REUSED',
    'This Idempotency-Key was used with another request. Use a new key for each new request.',
  );
}

/**
 * The refusal of a command that the status of the customer does not allow.
 *
 * @param doing the command in words, for the sentence `it is not possible to …`
 */
export function statusProblem(customer: Customer, doing: string, program: Program): Problem {
  const label = statusLabel(customer.status, program);
  const again = 'The partner can invite the customer again.';
  const advice = {
    VERIFICATION_REQUIRED: 'The customer has to confirm first.',
    APPROVAL_REQUIRED: 'The provider has to approve first.',
    ACTIVE: 'Reload to see what is possible now.',
    SUSPENDED: 'The partner can activate the customer again.',
    DECLINED: again,
    REJECTED: again,
    EXPIRED: isInvited(customer) && customer.email !== null ? 'The partner can send a new invitation.' : again,
    DELETED: again,
  }[customer.status];
  return new Problem(
    'CUSTOMER_STATUS',
    `The customer's status is ${label}: it is not possible to ${doing}. ${advice}`,
    {
      members: { currentStatus: customer.status },
    },
  );
}

/** The refusal to send another mail to an address whose mail bounced for good, or was reported as unwanted. */
export function undeliverable({ status }: Customer, reason: string): Problem {
  const wayOut =
    status === 'EXPIRED'
      ? 'The invitation has expired: register the customer under another address.'
      : "Change the customer's email address: the new one is invited at once.";
  return new Problem('EMAIL_UNDELIVERABLE', `No mail reaches this address. ${reason} ${wayOut}`, {
    members: { currentStatus: status },
    errors: [{ path: 'email', message: 'no mail reaches this email', code: 'EMAIL_UNDELIVERABLE' }],
  });
}

/** @throws Problem EMAIL_DOMAIN_NOT_ALLOWED if the program does not allow the domain of the address */
export function allowEmail(email: string, program: Program): void {
  const domains = program.allowedEmailDomains;
  if (domains.length === 0 || domains.some((domain) => email.endsWith(`@${domain}`))) return;
  const message = `email must be of ${domains.join(', ')}`;
  throw new Problem('EMAIL_DOMAIN_NOT_ALLOWED', `Under this program the ${message}.`, {
    errors: [{ path: 'email', message, code: 'EMAIL_DOMAIN_NOT_ALLOWED', values: { allowed: domains } }],
  });
}

/**
 * The organization of an active customer.
 *
 * @throws Problem CUSTOMER_NOT_ACTIVE
 */
export function activeOrganization(customer: Customer, program: Program): Organization {
  if (customer.status === 'ACTIVE' && customer.organization) return customer.organization;
  throw new Problem(
    'CUSTOMER_NOT_ACTIVE',
    `The customer's status is ${statusLabel(customer.status, program)}. Clouds can be created and linked once it is ${statusLabel('ACTIVE', program)}.`,
    { members: { currentStatus: customer.status } },
  );
}
