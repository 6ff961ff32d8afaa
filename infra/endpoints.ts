import type { Endpoint } from '../shared/contract.ts';
import * as contract from '../shared/contract.ts';

/** Every endpoint that the contract declares. */
export const ENDPOINTS: readonly Endpoint[] = Object.values<unknown>(contract).filter(isEndpoint);

function isEndpoint(declaration: unknown): declaration is Endpoint {
  return typeof declaration === 'object' && declaration !== null && 'method' in declaration && 'path' in declaration;
}

/** The endpoints that one Lambda function serves; none for a function that isn't called over HTTP. */
export const endpointsOf = (functionName: string): Endpoint[] =>
  ENDPOINTS.filter((endpoint) => endpoint.function === functionName);
