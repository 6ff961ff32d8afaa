import * as billingContract from '../shared/contract/billing.ts';
import type { Endpoint } from '../shared/contract/contract.ts';
import * as contract from '../shared/contract/contract.ts';

/** All declarations of the contract by name: resources and endpoints, the Billing API included. */
export const DECLARATIONS: Readonly<Record<string, unknown>> = { ...contract, ...billingContract };

/** Every endpoint of the contract. */
export const ENDPOINTS: readonly Endpoint[] = Object.values(DECLARATIONS).filter(isEndpoint);

/** The path of an endpoint's route at the gateway. Endpoints under one greedy route (`{proxy+}`) share it. */
export const routeOf = ({ path, route = path }: Endpoint): string => route;

function isEndpoint(declaration: unknown): declaration is Endpoint {
  return typeof declaration === 'object' && declaration !== null && 'method' in declaration && 'path' in declaration;
}

/** The endpoints that a Lambda function serves; empty for a function that isn't called over HTTP. */
export const endpointsOf = (functionName: string): Endpoint[] =>
  ENDPOINTS.filter((endpoint) => endpoint.function === functionName);

/** Whether a partner's requests to an endpoint count for the partner's limit: operators and holders of emailed links have no partner. */
export const isLimitedByPartner = ({ access }: Endpoint): boolean => access !== 'linkHolder' && access !== 'operator';
