import { useTranslation } from 'react-i18next';
import { usePageLabel } from '../shell/programLabel.ts';
import type { Field } from './customerFields.ts';

/** The name of a customer's field for people. */
export function useFieldLabel(): (field: Field) => string {
  const { t } = useTranslation();
  const label = usePageLabel();
  return (field) => {
    const ofPerson = /^person\.(.*)/.exec(field)?.[1];
    if (ofPerson !== undefined) return t(`addCustomers.fields.person.${ofPerson as 'name'}`);
    const usual = t(`customer.fields.${field as 'name'}`);
    return field === 'friendlyName' ? label(field, usual) : usual;
  };
}
