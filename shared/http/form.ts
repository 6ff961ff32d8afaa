/** The form of an API: how its requests name things, and how its refusals look. What is done, and who may do it, do not depend on it. */
import type * as z from 'zod/mini';
import type { Endpoint } from '../contract/contract.ts';
import type { Problem } from '../contract/problem.ts';
import { operationNotFound, parseOperationId } from '../customer/operation.ts';
import { customerNotFound } from '../customer/refusals.ts';
import type { Incoming } from './request.ts';

export type Form = {
  /** The customer that a request is about, and the refusal for a caller that may not know of it. */
  customerOf: (event: Incoming, endpoint: Endpoint) => { customerId: string; notFound: () => Problem };
  /** What was sent, with its fields named as the schema names them. */
  read: (schema: z.ZodMiniType, sent: unknown) => unknown;
  /** Whether a body has to be declared as JSON. */
  mediaTypeRequired: boolean;
  /** A refusal as an answer. */
  refusal: (problem: Problem, requestId: string) => { status: number; mediaType: string; body: unknown };
};

/** The form of the API of this project: problem details (RFC 9457), and fields as the contract names them. */
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

/** The customer that an operation belongs to. */
export const customerOfOperation = (operationId: string) => ({
  customerId: parseOperationId(operationId)?.customerId ?? '',
  notFound: operationNotFound,
});
