/** A request on its way through the middlewares of a function. */
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Caller, Grants, Membership } from '../access/grants.ts';
import type { Circumstances } from '../customer/command.ts';
import type { StoredCustomer } from '../customer/item.ts';
import type { Program } from '../program/program.ts';

/** What is known of a request: from the start, and what each middleware has found out. */
export type Findings = {
  /** `performance.now()` when the request came. */
  readonly startedAt: number;
  readonly now: Date;
  readonly program: Program;
  caller?: Caller;
  membership?: Membership | undefined;
  stored?: StoredCustomer;
  grants?: Grants;
  /** The names in the path's braces, with their values. */
  path?: Record<string, string>;
  query?: unknown;
  body?: unknown;
  /** The body as it was sent, before any of its fields was brought into its canonical form. */
  sent?: unknown;
  circumstances?: Circumstances;
};

export type Incoming = APIGatewayProxyEventV2 & { findings: Findings };
export type Middleware = MiddlewareObj<Incoming, APIGatewayProxyStructuredResultV2>;
