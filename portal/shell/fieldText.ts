/** The faults of fields, in the language of the page. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { FieldError } from '../../shared/contract/problem.ts';
import type { messages } from '../messages/en/index.ts';
import type { Refusals } from '../messages/Refusals.ts';

/** The faults for which the pages have a text in every language. English pages say the others in the server's words. */
export const SAID_IN_ALL = {
  NOT_TEXT: 'notText',
  HAS_LINK: 'nameIsLink',
  EMAIL_NOT_VALID: 'emailNotValid',
  EMAIL_INVISIBLE: 'emailInvisible',
  LOCAL_PART_NOT_ASCII: 'localPartNotAscii',
  PHONE_NOT_VALID: 'phoneNotValid',
  REQUIRED: 'fieldRequired',
  TOO_LONG: 'tooLong',
  TOO_MANY: 'tooManyEntries',
  CUSTOMER_EXISTS: 'customerExists',
  ACCOUNT_NOT_AVAILABLE: 'accountNotAvailable',
  EMAIL_OF_MEMBER: 'emailOfMember',
  EMAIL_DOMAIN_NOT_ALLOWED: 'wrongDomain',
  ACCOUNT_NOT_REGISTERED: 'accountNotRegistered',
  ACCOUNT_HAS_CREDIT_BALANCE: 'accountHasCreditBalance',
  ACCOUNT_USES_SERVICES: 'accountUsesServices',
  ACCOUNT_HAS_DISCOUNTS: 'accountHasDiscounts',
  ACCOUNT_USES_POC: 'accountUsesPoc',
  ACCOUNT_NOT_PREPAID: 'accountNotPrepaid',
} as const satisfies Partial<Record<FieldError['code'], keyof typeof messages.addCustomers.errors>>;

/** Fields of requests that aren't about a new customer, with the names that pages give them. */
const OTHER_FIELDS = {
  reason: 'approvals.reason',
  roleId: 'access.role',
  roles: 'members.roles',
  expiresAt: 'myClouds.lastDay',
} as const;

/** The name of a field on the pages, by its path in the request; the path if pages have no name for it. */
function fieldName(t: TFunction, path: string): string {
  const field = path.replace(/\.\d+$/, '');
  const last = field.replace(/^.*\./, '');
  const key = last in OTHER_FIELDS ? OTHER_FIELDS[last as keyof typeof OTHER_FIELDS] : `addCustomers.fields.${field}`;
  const name: unknown = t(key as 'access.role', { defaultValue: field, returnObjects: true });
  return typeof name === 'string' ? name : field;
}

/** Fills the placeholders of a text. A sentence without a value for one of them is left out. */
export function filled(text: string, values: Partial<Record<string, string>>): string {
  return text
    .split(/(?<=[.?!]) /)
    .filter((sentence) => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].every(([, name = '']) => values[name] !== undefined))
    .join(' ')
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** The text of a fault. @param refusals the texts of a language that the server doesn't speak */
export function fieldText(t: TFunction, { path, code, message, values = {} }: FieldError, refusals?: Refusals): string {
  const field = fieldName(t, path);
  const said = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat().join(', ')]));
  if (code === 'REQUIRED' && (path === 'name' || path === 'email')) {
    return t(path === 'name' ? 'addCustomers.errors.nameRequired' : 'addCustomers.errors.emailRequired');
  }
  if (code === 'NOT_ONE_OF' && path === 'language') {
    return t('addCustomers.errors.notALanguage', { languages: said['allowed'] });
  }
  if (code in SAID_IN_ALL) {
    const { max: count, allowed: domains } = said;
    return t(`addCustomers.errors.${SAID_IN_ALL[code as keyof typeof SAID_IN_ALL]}`, { field, count, domains });
  }
  // An open portal may be older than the functions.
  const texts: Partial<Record<string, string>> = { ...refusals?.problems, ...refusals?.faults };
  const text = texts[code];
  return text === undefined ? message : filled(text, { ...said, field });
}

/** The texts of refusals in the language of the page; undefined in English, which the server speaks. */
export function useRefusals(): Refusals | undefined {
  const { i18n } = useTranslation();
  return i18n.getResourceBundle(i18n.language, 'refusals') as Refusals | undefined;
}

/** Says the fault of a field. */
export function useFieldText(): (error: FieldError) => string {
  const { t } = useTranslation();
  const refusals = useRefusals();
  return (error) => fieldText(t, error, refusals);
}
