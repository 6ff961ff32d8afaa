import { useTranslation } from 'react-i18next';
import type { Field } from './customerFields.ts';

/** The name of a customer's field for people. */
export function useFieldLabel(): (field: Field) => string {
  const { t } = useTranslation();
  return (field) => {
    const ofPerson = /^person\.(.*)/.exec(field)?.[1];
    return ofPerson === undefined
      ? t(`customer.fields.${field as 'name'}`)
      : t(`addCustomers.fields.person.${ofPerson as 'name'}`);
  };
}
