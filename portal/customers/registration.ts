/** A customer in the form, before it is registered. */
import type * as z from 'zod/mini';
import { createCustomer } from '../../shared/contract/contract.ts';
import { emailError, withoutBlankEnds } from '../../shared/contract/fields.ts';
import type { FieldError } from '../../shared/contract/problem.ts';
import { PERSON_FIELDS, type PersonField } from '../../shared/contract/vocabulary.ts';
import { addressesIn } from '../../shared/import/columns.ts';
import { faultsOf, fieldAt } from './fields.ts';

type Registration = z.input<typeof createCustomer.body>;

/** The fields as they are typed: an empty field has no value. */
export type Draft = {
  name: string;
  email: string;
  friendlyName: string;
  /** Undefined until it is typed: then the customer gets the program's usual role. */
  role: string | undefined;
  /** Empty until it is chosen: then the customer gets mails in the language of the page, as the form shows. */
  language: string;
  /** Addresses, separated by commas, spaces or lines. */
  adminEmails: string;
  person: Record<PersonField, string>;
  /** The partner serves the customer alone: nobody is invited, and the email address isn't sent. */
  served?: boolean;
};

/** A row of the form before anything is typed. */
export const emptyDraft = (): Draft => ({
  name: '',
  email: '',
  friendlyName: '',
  role: undefined,
  language: '',
  adminEmails: '',
  person: Object.fromEntries(PERSON_FIELDS.map((field) => [field, ''])) as Draft['person'],
});

const isSaid = (value = ''): boolean => withoutBlankEnds(value) !== '';

/** Whether nothing has been typed: such a row is not sent. */
export const isEmpty = (draft: Draft): boolean => Object.keys(registrationOf({ ...draft, served: false })).length === 0;

/** The registration that is sent for a draft. */
export function registrationOf({ person, adminEmails, email, served = false, ...fields }: Draft): Registration {
  const said = (all: Record<string, string | undefined>) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([, value]) => isSaid(value))
        .map(([field, value]) => [field, withoutBlankEnds(value ?? '')]),
    );
  const persons = said(person);
  const admins = addressesIn(adminEmails);
  return {
    ...said(served ? fields : { ...fields, email }),
    ...(served && { resellerServed: true }),
    ...(admins.length > 0 && { adminEmails: admins }),
    ...(Object.keys(persons).length > 0 && { person: persons }),
  };
}

/** The faults of a registration, with the messages that the server would give. */
export function problemsOf(registration: Registration): FieldError[] {
  const { name, friendlyName, email, resellerServed = false } = registration;
  const required: FieldError[] = [
    ...(name === undefined && friendlyName === undefined
      ? [{ path: 'name', message: 'name is required', code: 'REQUIRED' as const }]
      : []),
    ...(email === undefined && !resellerServed
      ? [{ path: 'email', message: emailError('') ?? '', code: 'REQUIRED' as const }]
      : []),
  ];
  return [...required, ...faultsOf(createCustomer.body, registration)];
}

/** The first fault of each field; an entry of a list, such as `adminEmails.1`, counts as its field. */
export function byField(errors: readonly FieldError[]): Record<string, FieldError> {
  return Object.fromEntries(errors.toReversed().map((error) => [fieldAt(error.path), error]));
}
