/** How an endpoint is declared. */
import type * as z from 'zod/mini';
import type { ProblemCode } from './problem.ts';
import type { roles } from './roles.ts';

/**
 * Who may call an endpoint: anyone who holds the emailed link, anyone signed in, an operator of the provider, or whoever
 * has a role that `roles.json` allows the operation: on the partner account, or on the subaccount as well.
 */
export type Access =
  | 'linkHolder'
  | 'signedIn'
  | 'operator'
  | `partnerAccount.${keyof typeof roles.partnerAccount}`
  | `subaccount.${keyof typeof roles.subaccount}`;

/** What one endpoint takes and gives. `Path` are the names in braces of `path`. */
export type Endpoint = {
  /** Its name in the OpenAPI document and the typed client; unique. */
  name: string;
  /** The Lambda function that serves it: `functions/<function>.ts`. */
  function: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** The gateway's greedy route for it, where its path is none that the gateway has, such as `/customers/{customerId}:activate`. */
  route?: string;
  summary: string;
  access: Access;
  /** Whether a customer's invitee may call it too, for a reduced view, or for a part of what it does. */
  inviteeToo?: true;
  /** Whether the provider's operators may call it too. */
  operatorToo?: true;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniObject;
  /** Whether the body may be left out; one that takes no fields always may. */
  bodyOptional?: true;
  /** Status of the answer when all went well. */
  status: 200 | 201 | 204;
  /** Absent with the status 204. */
  answer?: z.ZodMiniType;
  /** The refusals that are this endpoint's own; those that its access, body and query bring along are not repeated. */
  problems: readonly ProblemCode[];
  /** How it refuses: with problem details (RFC 9457), unless this says otherwise. */
  refuses?: 'google.rpc.Status';
};

/**
 * A part of the contract. It is given as a function, so that a bundler sees that nothing happens: a bundle that does not use the part
 * holds nothing of it, and a function builds the declarations of its own endpoints and no others when it starts.
 *
 * @example const organization = declared(() => z.strictObject({ id: z.string(), name: z.string() }));
 */
/* @__NO_SIDE_EFFECTS__ */
export function declared<Part>(declare: () => Part): Part {
  return declare();
}

/** Declares an endpoint, as `declared` does. Its function has the name of the endpoint unless the declaration says otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export function endpoint<const E extends Omit<Endpoint, 'function'> & { function?: string }>(
  declare: () => E,
): Omit<E, 'function'> & { function: string } {
  const declaration = declare();
  return { ...declaration, function: declaration.function ?? declaration.name };
}
