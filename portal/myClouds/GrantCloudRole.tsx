import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { updateMyCloudAccess } from '../../shared/contract/contract.ts';
import { type SubjectChoice, SubjectField } from '../customer/SubjectField.tsx';
import { Dialog } from '../shell/Dialog.tsx';
import { useMe } from '../shell/me.ts';
import { CLOUD_ROLES, useCloudRoleName } from './cloudRoles.ts';
import { endOfDay } from './endOfDay.ts';
import type { MyCloudAnswer } from './MyCloud.tsx';

type Subject = MyCloudAnswer['access'][number]['subject'];
type Granted = { subject: Subject; roleId: string; expiresAt?: string };

type GrantCloudRoleProps = {
  name: string;
  /** The partners to which a role can be granted, by id. */
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
  const me = useMe();
  const [choice, setChoice] = useState<SubjectChoice<Subject['type']>>({
    type: partners.length > 0 ? '' : 'USER',
    id: '',
  });
  const [roleId, setRoleId] = useState('');
  const [lastDay, setLastDay] = useState('');
  const [isTried, setTried] = useState(false);
  const parsed = updateMyCloudAccess.body.safeParse({
    deltas: [{ action: 'ADD', roleId: CLOUD_ROLES[0], subject: { ...choice, id: choice.id.trim() } }],
  });
  const subject = parsed.data?.deltas[0]?.subject;
  const isHolder = subject?.type === 'USER' && subject.id === me.user.email;
  const expiresAt = endOfDay(lastDay);
  const isEndValid = lastDay === '' || (expiresAt !== undefined && new Date(expiresAt) > new Date());
  const example = `${new Date().getFullYear() + 1}-12-31`;
  const [owner] = CLOUD_ROLES;
  const roles = CLOUD_ROLES.map((value) => ({
    value,
    label: roleName(value),
    description: value === owner ? `${t('myClouds.ownerText')} · ${value}` : value,
  }));
  return (
    <Dialog
      title={t('myClouds.grantNamed', { name })}
      submitText={t('access.grantButton')}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (!subject || isHolder || roleId === '' || !isEndValid) return;
        grant({ subject, roleId, ...(expiresAt !== undefined && { expiresAt }) });
      }}
      close={close}
    >
      <SubjectField
        subject={choice}
        change={setChoice}
        isFaulty={isTried && (!subject || isHolder)}
        refusal={isHolder ? t('myClouds.holder') : undefined}
        partners={partners}
      />
      <FormField label={t('access.role')} errorText={isTried && roleId === '' && t('required')}>
        <RadioGroup value={roleId} onChange={({ detail }) => setRoleId(detail.value)} items={roles} />
      </FormField>
      <FormField
        label={t('myClouds.lastDay')}
        description={t('myClouds.lastDayText')}
        constraintText={t('myClouds.lastDayForm', { example })}
        errorText={isTried && !isEndValid && t('myClouds.lastDayInvalid', { example })}
      >
        <DateInput
          format="iso"
          placeholder={example}
          value={lastDay}
          onChange={({ detail }) => setLastDay(detail.value)}
        />
      </FormField>
    </Dialog>
  );
}
