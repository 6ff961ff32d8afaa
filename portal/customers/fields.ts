/** Helpers that all forms about a customer use. */
import type * as z from 'zod/mini';
import { faultOf } from '../../shared/contract/fieldFault.ts';
import type { FieldError } from '../../shared/contract/problem.ts';
import type { PersonField } from '../../shared/contract/vocabulary.ts';

/** The fields of a customer's contact and company, in the order in which pages ask for them and show them. */
export const PERSON_FIELDS = [
  'name',
  'longname',
  'tin',
  'phone',
  'email',
  'postCode',
  'postAddress',
  'legalAddress',
] as const satisfies PersonField[];

/** The form's field for a path in the request: `adminEmails.2` → `adminEmails`. */
export const fieldAt = (path: string): string => path.replace(/\.\d+$/, '');

/** The faults of a request. Only those for which the contract itself has a message; the server finds the rest. */
export function faultsOf(schema: z.ZodMiniType, request: unknown): FieldError[] {
  return (schema.safeParse(request).error?.issues ?? [])
    .filter(({ code }) => code === 'custom' || code === 'invalid_value')
    .map(({ path, message }) => ({ path: path.join('.'), message, ...faultOf(message) }));
}
