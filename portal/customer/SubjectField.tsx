import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import { useTranslation } from 'react-i18next';

/** To whom a role is granted. `type` is empty before the person has chosen. */
export type SubjectChoice<Type extends string> = { type: Type | ''; id: string };

type SubjectFieldProps<Type extends string> = {
  subject: SubjectChoice<Type>;
  change: (subject: SubjectChoice<Type>) => void;
  /** Whether to show that the subject is missing or wrong. */
  isFaulty: boolean;
  /** Why the subject is refused although its form is right. */
  refusal?: string | undefined;
  /** The partners that the person can choose, by id. */
  partners?: readonly { value: string; label: string }[];
};

/** Chooses a person by email, a service account by client id, or a partner, to grant a role to. */
export function SubjectField<Type extends string>(props: SubjectFieldProps<Type>) {
  const { subject, change, isFaulty, refusal, partners = [] } = props;
  const { type, id } = subject;
  const { t } = useTranslation();
  return (
    <>
      <FormField label={t('access.whom')} errorText={isFaulty && type === '' && t('required')}>
        <RadioGroup
          value={type}
          // A typed id stays if the person only corrects whose it is. The id of a partner is chosen.
          onChange={({ detail: { value } }) =>
            change({ type: value as Type, id: [type, value].includes('PARTNER') ? '' : id })
          }
          items={[
            ...(partners.length > 0
              ? [{ value: 'PARTNER', label: t('myClouds.types.PARTNER'), description: t('myClouds.partnerText') }]
              : []),
            { value: 'USER', label: t('access.person') },
            { value: 'SERVICE_ACCOUNT', label: t('access.serviceAccount') },
          ]}
        />
      </FormField>
      {type === 'PARTNER' && (
        <FormField label={t('myClouds.types.PARTNER')} errorText={isFaulty && t('required')}>
          <Select
            ariaRequired
            placeholder={t('myClouds.choosePartner')}
            selectedOption={partners.find(({ value }) => value === id) ?? null}
            options={partners}
            onChange={({ detail }) => change({ type, id: detail.selectedOption.value ?? '' })}
          />
        </FormField>
      )}
      {(type === 'USER' || type === 'SERVICE_ACCOUNT') && (
        <FormField
          label={t(type === 'USER' ? 'access.email' : 'access.clientId')}
          errorText={
            isFaulty &&
            (refusal ??
              t(id.trim() === '' ? 'required' : type === 'USER' ? 'access.emailInvalid' : 'access.clientIdInvalid'))
          }
        >
          <Input
            ariaRequired
            autoComplete={false}
            spellcheck={false}
            inputMode={type === 'USER' ? 'email' : 'text'}
            value={id}
            onChange={({ detail }) => change({ type, id: detail.value })}
          />
        </FormField>
      )}
    </>
  );
}
