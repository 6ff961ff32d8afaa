/** A request on its way through the middlewares of a function. */
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Caller, Grants, Membership } from '../access/grants.ts';
import type { Circumstances } from '../customer/command.ts';
import type { StoredCustomer } from '../customer/item.ts';
import type { Program } from '../program/program.ts';

/** What is known about a request: `readonly` from the start, the rest from the middlewares. */
export type Findings = {
  /** `performance.now()` at the start of the request. */
  readonly startedAt: number;
  readonly now: Date;
  readonly program: Program;
  caller?: Caller;
  membership?: Membership | undefined;
  stored?: StoredCustomer;
  grants?: Grants;
  authoriseAgain?: Circumstances['authoriseAgain'];
  /** The parameters of the path, such as `customerId`. */
  path?: Record<string, string>;
  query?: unknown;
  body?: unknown;
  /** The body as it was sent, without canonical forms (an email address as it was written). */
  sent?: unknown;
  circumstances?: Circumstances;
};

export type Incoming = APIGatewayProxyEventV2 & { findings: Findings };
export type Middleware = MiddlewareObj<Incoming, APIGatewayProxyStructuredResultV2>;
