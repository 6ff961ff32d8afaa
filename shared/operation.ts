/** Operations: a change of a customer, as the Billing API speaks of it. Its id says all, so nothing is stored for it. */
import { Problem } from './problem.ts';

const OPERATION_ID = /^(dn2[a-z0-9]{17})\.([1-9][0-9]{0,7})$/;

/** The id of the operation that made this version of the customer. */
export const operationId = (customerId: string, version: number): string => `${customerId}.${version}`;

/** The customer and its version that an operation's id names; undefined where it is none. */
export function parseOperationId(id: string): { customerId: string; version: number } | undefined {
  const [, customerId, version] = OPERATION_ID.exec(id) ?? [];
  return customerId === undefined ? undefined : { customerId, version: Number(version) };
}

/** The 404 for an operation that isn't, or that its caller may not know of. */
export const operationNotFound = () =>
  new Problem(
    'OPERATION_NOT_FOUND',
    'There is no such operation. Take its id unchanged from the answer that named it.',
  );
