import * as billingContract from '../shared/contract/billing.ts';
import type { Endpoint } from '../shared/contract/contract.ts';
import * as contract from '../shared/contract/contract.ts';

/** What the contract declares, by name: resources and endpoints, those of the Billing API among them. */
export const DECLARATIONS: Readonly<Record<string, unknown>> = { ...contract, ...billingContract };

/** Every endpoint that the contract declares. */
export const ENDPOINTS: readonly Endpoint[] = Object.values(DECLARATIONS).filter(isEndpoint);

/** The gateway's route of an endpoint. Those under a greedy one share it. */
export const routeOf = ({ path, route = path }: Endpoint): string => route;

function isEndpoint(declaration: unknown): declaration is Endpoint {
  return typeof declaration === 'object' && declaration !== null && 'method' in declaration && 'path' in declaration;
}

/** The endpoints that one Lambda function serves; none for a function that isn't called over HTTP. */
export const endpointsOf = (functionName: string): Endpoint[] =>
  ENDPOINTS.filter((endpoint) => endpoint.function === functionName);
