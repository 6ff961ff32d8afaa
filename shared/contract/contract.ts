/**
 * The contract: declares each endpoint of this project's own API once (`billing.ts` declares the methods of the Billing API). The routes
 * of the stack, the local API, the OpenAPI document, the typed client and the tests over all endpoints are derived from it.
 *
 * To add an endpoint, declare it in the file of its subject, and write `functions/<its function>.ts`.
 */
export * from './access.ts';
export * from './clouds.ts';
export * from './customers.ts';
export type { Endpoint } from './endpoint.ts';
export * from './invitations.ts';
export {
  DEFAULT_PAGE_SIZE,
  MAX_ACCESS_DELTAS,
  MAX_BODY_BYTES,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_IMPORT_ROWS,
  MAX_PAGE_SIZE,
} from './limits.ts';
export * from './provider.ts';
// The schemas of the OpenAPI document, by these names.
export {
  accessBinding,
  cloud,
  customer,
  event,
  invitation,
  member,
  membership,
  myCloud,
  operation,
  PATH_PARAMETERS,
  partner,
  partnerEvent,
  person,
  roleId,
} from './resources.ts';
