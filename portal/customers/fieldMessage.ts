import { useTranslation } from 'react-i18next';

/** The server's most frequent messages about fields, with the keys of their translations. */
export const KNOWN = {
  'name is required': 'nameRequired',
  'name must not contain a link or an email address: write it without the dot, or with a blank after the dot':
    'nameIsLink',
  'friendlyName must not contain a link or an email address: write it without the dot, or with a blank after the dot':
    'nameIsLink',
  'email is required': 'emailRequired',
  'email is not valid': 'emailNotValid',
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
  'the row has more cells than the header: is a quote missing?': 'surplusCells',
  'the row has a character that was lost (\ufffd): type it anew': 'lostCharacter',
} as const;

/** Translates a message about a field; an unknown message stays in the server's words. */
export function useFieldMessage(): (message: string) => string {
  const { t } = useTranslation();
  return (message) => {
    const known = KNOWN[message as keyof typeof KNOWN];
    return known === undefined ? message : t(`addCustomers.errors.${known}`);
  };
}
