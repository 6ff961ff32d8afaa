/** The fields of a customer in a form: all of them, as text, empty if the customer has no value. */
import type * as z from 'zod/mini';
import { updateCustomer } from '../../shared/contract/contract.ts';
import type { FieldError } from '../../shared/contract/problem.ts';
import { changedForms } from '../../shared/contract/resources.ts';
import { addressesIn } from '../../shared/import/columns.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { faultsOf, fieldAt, PERSON_FIELDS } from '../customers/fields.ts';
import type { MayOn } from './mayOn.ts';

type PersonField = (typeof PERSON_FIELDS)[number];

export type Field = 'name' | 'friendlyName' | 'email' | 'role' | 'language' | 'adminEmails' | `person.${PersonField}`;
export type Values = Record<Field, string>;
export type Changes = z.input<typeof updateCustomer.body>;

/** The customer's fields as the form shows them. */
export function valuesOf(customer: Customer): Values {
  const { name, friendlyName = '', email, role, language, adminEmails, person } = customer;
  const persons = PERSON_FIELDS.map((field) => [`person.${field}`, person[field] ?? '']);
  return {
    name,
    friendlyName,
    email: email ?? '',
    role,
    language,
    adminEmails: adminEmails.join('\n'),
    ...(Object.fromEntries(persons) as Record<`person.${PersonField}`, string>),
  };
}

/** The fields in which the form differs from the customer. */
function changedFields(customer: Customer, values: Values): Field[] {
  const before = valuesOf(customer);
  return (Object.keys(values) as Field[]).filter((field) =>
    field === 'adminEmails'
      ? JSON.stringify(addressesIn(values[field])) !== JSON.stringify(customer.adminEmails)
      : values[field] !== before[field],
  );
}

/** The body of the `PATCH`: the changed fields and no others. */
export function changesOf(customer: Customer, values: Values): Changes {
  const changes: Record<string, unknown> = {};
  const person: Record<string, unknown> = {};
  for (const field of changedFields(customer, values)) {
    if (field === 'adminEmails') changes[field] = addressesIn(values[field]);
    else if (field.startsWith('person.')) person[field.slice('person.'.length)] = sentAs(field, values[field]);
    else changes[field] = sentAs(field, values[field]);
  }
  return { ...changes, ...(Object.keys(person).length > 0 && { person }) } as Changes;
}

/** The form's values in the fields that the person may change, and the customer's values in all others. */
export function withinReach(customer: Customer, values: Values, may: MayOn): Values {
  const isWithin = (field: Field) =>
    field === 'name' ? may.changeName : field === 'email' ? may.changeEmail : may.changeDetails;
  const reached = (Object.keys(values) as Field[]).filter(isWithin);
  return { ...valuesOf(customer), ...Object.fromEntries(reached.map((field) => [field, values[field]])) };
}

/** A field's value in the `PATCH`: `null` removes a friendly name, and a field of the legal information. */
function sentAs(field: Field, value: string): string | null {
  if ((field === 'friendlyName' || field.startsWith('person.')) && value.trim() === '') return null;
  return field === 'email' ? value.trim() : value;
}

/** The form after someone else's change: it keeps the fields that were typed, and takes all others from the new version. */
export function onto(before: Customer, now: Customer, values: Values): Values {
  const typed = changedFields(before, values);
  return { ...valuesOf(now), ...Object.fromEntries(typed.map((field) => [field, values[field]])) };
}

/** The wrong fields, with the faults that the API would find. */
export function wrongFields(changes: Changes): ReadonlyMap<string, FieldError> {
  const faults = [...faultsOf(changedForms, changes), ...faultsOf(updateCustomer.body, changes)];
  return new Map(faults.map((fault) => [fieldAt(fault.path), fault]));
}
