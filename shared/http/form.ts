/** The form of an API: the names in its requests, and the shape of its refusals. The use cases and their access do not depend on it. */
import type * as z from 'zod/mini';
import type { Endpoint } from '../contract/contract.ts';
import type { Problem } from '../contract/problem.ts';
import { operationNotFound, parseOperationId } from '../customer/operation.ts';
import { customerNotFound } from '../customer/refusals.ts';
import type { Incoming } from './request.ts';

export type Form = {
  /** The id of the customer that a request is about, and the refusal for a caller who may not know of the customer. */
  customerOf: (event: Incoming, endpoint: Endpoint) => { customerId: string; notFound: () => Problem };
  /** The sent value, with the schema's names for its fields. */
  read: (schema: z.ZodMiniType, sent: unknown) => unknown;
  /** Whether a body has to be declared as JSON. */
  mediaTypeRequired: boolean;
  /** A refusal as an answer. */
  refusal: (problem: Problem, requestId: string) => { status: number; mediaType: string; body: unknown };
};

/** The form of this project's own API: problem details (RFC 9457), and the contract's names for fields. */
export const PROBLEM_DETAILS: Form = {
  customerOf: ({ pathParameters }) => {
    const { customerId, operationId } = pathParameters ?? {};
    return operationId === undefined
      ? { customerId: customerId ?? '', notFound: customerNotFound }
      : customerOfOperation(operationId);
  },
  read: (_, sent) => sent,
  mediaTypeRequired: true,
  refusal: (problem, requestId) => ({
    status: problem.status,
    mediaType: 'application/problem+json',
    body: { ...problem.toJSON(), requestId },
  }),
};

/** The customer of an operation, and the refusal for a caller who may not know of the operation. */
export const customerOfOperation = (operationId: string) => ({
  customerId: parseOperationId(operationId)?.customerId ?? '',
  notFound: operationNotFound,
});
