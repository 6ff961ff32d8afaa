/** What the forms about a customer have in common. */
import type * as z from 'zod/mini';
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

/** The addresses of a list, separated by commas, semicolons, spaces or lines. */
export const addressesIn = (text: string): string[] => text.split(/[\s,;]+/).filter((address) => address !== '');

/** The field of a form that a path in the request is about: `adminEmails.2` → `adminEmails`. */
export const fieldAt = (path: string): string => path.replace(/\.\d+$/, '');

/** What is wrong with a request, as the server would say it. What the contract's schemas don't say themselves is left to the server. */
export function faultsOf(schema: z.ZodMiniType, request: unknown): FieldError[] {
  return (schema.safeParse(request).error?.issues ?? [])
    .filter(({ code }) => code === 'custom' || code === 'invalid_value')
    .map(({ path, message }) => ({ path: path.join('.'), message }));
}
