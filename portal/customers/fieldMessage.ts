import { useTranslation } from 'react-i18next';

/** What the server says most about fields, in the language of the page; whatever else it says stays in its words. */
const KNOWN = {
  'name is required': 'nameRequired',
  'email is required': 'emailRequired',
  'email is not valid': 'emailNotValid',
  'the part before @ must be ASCII: the mail service cannot deliver to it': 'localPartNotAscii',
  'phone is not valid': 'phoneNotValid',
} as const;

export function useFieldMessage(): (message: string) => string {
  const { t } = useTranslation();
  return (message) => {
    const known = KNOWN[message as keyof typeof KNOWN];
    return known === undefined ? message : t(`addCustomers.errors.${known}`);
  };
}
