import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { updateMyCloudAccess } from '../../shared/contract/contract.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { CLOUD_ROLES, useCloudRoleName } from './cloudRoles.ts';
import { endOfDay } from './endOfDay.ts';
import type { MyCloudAnswer } from './MyCloud.tsx';

type Subject = MyCloudAnswer['access'][number]['subject'];
type Granted = { subject: Subject; roleId: string; expiresAt?: string };

type GrantCloudRoleProps = {
  name: string;
  /** The partners that serve the person, by id. */
  partners: readonly { value: string; label: string }[];
  isRunning: boolean;
  problem: Error | null;
  grant: (granted: Granted) => void;
  close: () => void;
};

/** The dialog that grants a role on a cloud to a person, a service account or a partner, with an end date if wanted. */
export function GrantCloudRole({ name, partners, isRunning, problem, grant, close }: GrantCloudRoleProps) {
  const { t } = useTranslation();
  const roleName = useCloudRoleName();
  const [type, setType] = useState<Subject['type']>(partners.length > 0 ? 'PARTNER' : 'USER');
  const [typed, setTyped] = useState('');
  const [partner, setPartner] = useState(partners[0]?.value ?? '');
  const [roleId, setRoleId] = useState<string>(CLOUD_ROLES[0]);
  const [lastDay, setLastDay] = useState('');
  const [isTried, setTried] = useState(false);
  const subject = { id: type === 'PARTNER' ? partner : typed.trim(), type };
  const isSubjectValid = updateMyCloudAccess.body.safeParse({ deltas: [{ action: 'ADD', roleId, subject }] }).success;
  const expiresAt = endOfDay(lastDay);
  const isEndValid = lastDay === '' || (expiresAt !== undefined && new Date(expiresAt) > new Date());
  const roles = CLOUD_ROLES.map((value) => ({ value, label: roleName(value), description: value }));
  return (
    <Dialog
      title={t('myClouds.grantNamed', { name })}
      submitText={t('access.grantButton')}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (isSubjectValid && isEndValid) grant({ subject, roleId, ...(expiresAt !== undefined && { expiresAt }) });
      }}
      close={close}
    >
      <FormField label={t('access.whom')}>
        <RadioGroup
          value={type}
          onChange={({ detail }) => setType(detail.value as Subject['type'])}
          items={[
            ...(partners.length > 0
              ? [{ value: 'PARTNER', label: t('myClouds.types.PARTNER'), description: t('myClouds.partnerText') }]
              : []),
            { value: 'USER', label: t('access.person') },
            { value: 'SERVICE_ACCOUNT', label: t('access.serviceAccount') },
          ]}
        />
      </FormField>
      {type === 'PARTNER' ? (
        <FormField label={t('myClouds.types.PARTNER')}>
          <Select
            selectedOption={partners.find(({ value }) => value === partner) ?? null}
            options={partners}
            onChange={({ detail }) => setPartner(detail.selectedOption.value ?? '')}
          />
        </FormField>
      ) : (
        <FormField
          label={t(type === 'USER' ? 'access.email' : 'access.clientId')}
          errorText={
            isTried &&
            !isSubjectValid &&
            t(subject.id === '' ? 'required' : type === 'USER' ? 'access.emailInvalid' : 'access.clientIdInvalid')
          }
        >
          <Input
            ariaRequired
            autoComplete={false}
            spellcheck={false}
            inputMode={type === 'USER' ? 'email' : 'text'}
            value={typed}
            onChange={({ detail }) => setTyped(detail.value)}
          />
        </FormField>
      )}
      <FormField label={t('access.role')}>
        <RadioGroup value={roleId} onChange={({ detail }) => setRoleId(detail.value)} items={roles} />
      </FormField>
      <FormField
        label={t('myClouds.lastDay')}
        description={t('myClouds.lastDayText')}
        constraintText={t('myClouds.lastDayForm')}
        errorText={isTried && !isEndValid && t('myClouds.lastDayInvalid')}
      >
        <DateInput
          format="iso"
          placeholder="2026-12-31"
          value={lastDay}
          onChange={({ detail }) => setLastDay(detail.value)}
        />
      </FormField>
    </Dialog>
  );
}
