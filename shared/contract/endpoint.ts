/** The declaration of an endpoint. */
import type * as z from 'zod/mini';
import type { ProblemCode } from './problem.ts';
import type { roles } from './roles.ts';

/**
 * Who may call an endpoint: anyone who holds the emailed link, anyone signed in, an operator of the provider, or a caller with a role
 * that allows the operation by `roles.json`: a role on the partner account, or (`subaccount.…`) a role on either of the two.
 */
export type Access =
  | 'linkHolder'
  | 'signedIn'
  | 'operator'
  | `partnerAccount.${keyof typeof roles.partnerAccount}`
  | `subaccount.${keyof typeof roles.subaccount}`;

/** One endpoint: its requests, its answer and its refusals. */
export type Endpoint = {
  /** Its name in the OpenAPI document and the typed client; unique. */
  name: string;
  /** The Lambda function that serves it: `functions/<function>.ts`. */
  function: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** The gateway's greedy route, for a path that the gateway can't route, such as `/customers/{customerId}:activate`. */
  route?: string;
  summary: string;
  access: Access;
  /** Whether a customer's invitee may call it too, for a reduced view or some of the changes. */
  inviteeToo?: true;
  /** Whether the holder of the cloud in the path may call it too, if the cloud is billed to the customer. */
  holderToo?: true;
  /** Whether the provider's operators may call it too. */
  operatorToo?: true;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniObject;
  /** Whether the body may be left out. A body without fields may always be left out. */
  bodyOptional?: true;
  /** Status of the answer that is no refusal. */
  status: 200 | 201 | 204;
  /** Absent with the status 204. */
  answer?: z.ZodMiniType;
  /** The endpoint's own refusals, without those of its access, body and query, which `infra/openapi.ts` adds. */
  problems: readonly ProblemCode[];
  /** The form of its refusals; by default problem details (RFC 9457). */
  refuses?: 'google.rpc.Status';
};

/**
 * Declares a part of the contract. The part is given as a function, so that a bundler can leave it out if nothing uses it: a bundle holds,
 * and a function builds when it starts, only the declarations of its own endpoints.
 *
 * @example const organization = declared(() => z.strictObject({ id: z.string(), name: z.string() }));
 */
/* @__NO_SIDE_EFFECTS__ */
export function declared<Part>(declare: () => Part): Part {
  return declare();
}

/** Declares an endpoint, as `declared` declares a part. By default its function has the name of the endpoint. */
/* @__NO_SIDE_EFFECTS__ */
export function endpoint<const E extends Omit<Endpoint, 'function'> & { function?: string }>(
  declare: () => E,
): Omit<E, 'function'> & { function: string } {
  const declaration = declare();
  return { ...declaration, function: declaration.function ?? declaration.name };
}
