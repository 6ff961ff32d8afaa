/**
 * The contract: every endpoint of this project's own API, declared once (`billing.ts` declares those of the Billing API). The routes of
 * the stack, the local API, the OpenAPI document, the typed client and the tests that walk over all endpoints are derived from these
 * declarations.
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
// Each of these is a schema of the OpenAPI document, by its name.
export {
  accessBinding,
  cloud,
  customer,
  event,
  invitation,
  member,
  operation,
  PATH_PARAMETERS,
  partner,
  person,
  roleId,
} from './resources.ts';
