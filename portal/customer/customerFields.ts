/** The fields of a customer as a form has them: as text, all there, empty where nothing is said. */
import type * as z from 'zod/mini';
import { updateCustomer } from '../../shared/contract/contract.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { addressesIn, faultsOf, fieldAt, PERSON_FIELDS } from '../customers/fields.ts';
import type { MayOn } from './mayOn.ts';

type PersonField = (typeof PERSON_FIELDS)[number];

export type Field = 'name' | 'friendlyName' | 'email' | 'role' | 'language' | 'adminEmails' | `person.${PersonField}`;
export type Values = Record<Field, string>;
export type Changes = z.input<typeof updateCustomer.body>;

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

/** The fields in which the form differs from the customer. `person` is changed as a whole. */
function changedFields(customer: Customer, values: Values): Field[] {
  const before = valuesOf(customer);
  return (Object.keys(values) as Field[]).filter((field) =>
    field === 'adminEmails'
      ? JSON.stringify(addressesIn(values[field])) !== JSON.stringify(customer.adminEmails)
      : values[field] !== before[field],
  );
}

/** What to ask for: the changed fields alone, as `PATCH` takes them. */
export function changesOf(customer: Customer, values: Values): Changes {
  const changed = changedFields(customer, values);
  const changes: Record<string, unknown> = {};
  for (const field of changed) {
    if (field === 'adminEmails') changes[field] = addressesIn(values[field]);
    else if (!field.startsWith('person.')) changes[field] = sentAs(field, values[field]);
  }
  if (changed.some((field) => field.startsWith('person.'))) {
    const said = PERSON_FIELDS.filter((field) => values[`person.${field}`].trim() !== '');
    changes['person'] = Object.fromEntries(said.map((field) => [field, values[`person.${field}`]]));
  }
  return changes as Changes;
}

/** What is typed in the fields that somebody may change; everything else is as it is. */
export function withinReach(customer: Customer, values: Values, may: MayOn): Values {
  const isWithin = (field: Field) =>
    field === 'name' ? may.changeName : field === 'email' ? may.changeEmail : may.changeDetails;
  const reached = (Object.keys(values) as Field[]).filter(isWithin);
  return { ...valuesOf(customer), ...Object.fromEntries(reached.map((field) => [field, values[field]])) };
}

/** A field as `PATCH` takes it: a friendly name that was emptied is removed. */
function sentAs(field: Field, value: string): string | null {
  if (field === 'friendlyName' && value.trim() === '') return null;
  return field === 'email' ? value.trim() : value;
}

/** The form after somebody else's change: what was typed stays, everything else is as it is now. */
export function onto(before: Customer, now: Customer, values: Values): Values {
  const typed = changedFields(before, values);
  return { ...valuesOf(now), ...Object.fromEntries(typed.map((field) => [field, values[field]])) };
}

/** What is wrong with which field, as the API would say it. */
export function wrongFields(changes: Changes): ReadonlyMap<string, string> {
  return new Map(faultsOf(updateCustomer.body, changes).map(({ path, message }) => [fieldAt(path), message]));
}
