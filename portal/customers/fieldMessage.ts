import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { COLUMNS } from '../../shared/import/columns.ts';
import { columnLabel } from './columnLabel.ts';

/** The server's most frequent messages about fields, with the keys of their translations. */
export const KNOWN = {
  'name is required': 'nameRequired',
  'name must not contain a link or an email address: write it without the dot, or with a blank after the dot':
    'nameIsLink',
  'friendlyName must not contain a link or an email address: write it without the dot, or with a blank after the dot':
    'nameIsLink',
  'email is required': 'emailRequired',
  'email is not valid': 'emailNotValid',
  'email has an invisible character: type the address again': 'emailInvisible',
  'the part before @ must be ASCII: the mail service cannot deliver to it': 'localPartNotAscii',
  'phone is not valid': 'phoneNotValid',
  'a customer with this email exists': 'customerExists',
  'a customer with this email exists (case-insensitively)': 'customerExists',
  'the account is not available': 'accountNotAvailable',
  "email is one of the partner's own": 'emailOfMember',
  'no registered account has this email': 'accountNotRegistered',
  'the account has a credit balance': 'accountHasCreditBalance',
  "the account is using the provider's services": 'accountUsesServices',
  "the account is offered the provider's discounts": 'accountHasDiscounts',
  'the account is using a POC service of the provider': 'accountUsesPoc',
  'the account is not prepaid': 'accountNotPrepaid',
} as const;

/** Messages with values in them, which are the groups of the expressions. */
const WITH_VALUES = [
  [/^(?<field>\w+) is required$/, 'fieldRequired'],
  [/^(?<field>\w+) has a character that is not text$/, 'notText'],
  [/^language is not one of (?<languages>.+)$/, 'notALanguage'],
  [/^email must be of (?<domains>.+)$/, 'wrongDomain'],
  [/^(?<field>\w+) must have at most (?<count>\d+) characters$/, 'tooLong'],
  [/^(?<field>\w+) must have at most (?<count>\d+) entries$/, 'tooManyEntries'],
] as const;

/** Translates a message about a field; an unknown message stays in the server's words. */
export function useFieldMessage(): (message: string) => string {
  const { t } = useTranslation();
  return (message) => messageText(t, message);
}

/** The text of a message in the language of `t`. */
export function messageText(t: TFunction, message: string): string {
  const known = KNOWN[message as keyof typeof KNOWN];
  if (known !== undefined) return t(`addCustomers.errors.${known}`);
  for (const [pattern, key] of WITH_VALUES) {
    const values = pattern.exec(message)?.groups;
    const field = COLUMNS.find((column) => column === values?.['field']);
    if (values) return t(`addCustomers.errors.${key}`, { ...values, ...(field && { field: columnLabel(t, field) }) });
  }
  return message;
}
