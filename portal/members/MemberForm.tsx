import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { memberId } from '../../shared/contract/fields.ts';
import { ASSIGNABLE_ROLES } from '../../shared/contract/roles.ts';
import { useRoleName } from '../customer/roleName.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { useMe } from '../shell/me.ts';
import { type Member, mayRemove, type Role, rolesToGive } from './mayChange.ts';

type MemberFormProps = {
  /** The member to change; absent: the form adds one. */
  member?: Member;
  /** The existing members, who can't be added. */
  members?: readonly Member[];
  /** Whether the list of members is complete. */
  isReady: boolean;
  isRunning: boolean;
  problem: Error | null;
  save: (memberId: string, body: { roles: Role[]; federated: boolean }) => void;
  close: () => void;
};

/** Adds a member, or changes its roles. Roles that the person may not give stay as they are. */
export function MemberForm({ member, members = [], isReady, isRunning, problem, save, close }: MemberFormProps) {
  const { t } = useTranslation();
  const me = useMe();
  const roleName = useRoleName();
  const [kind, setKind] = useState<Member['kind']>(member?.kind ?? 'USER');
  const [typed, setTyped] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(member?.roles ?? []);
  const [federated, setFederated] = useState(member?.federated ?? false);
  const [isTried, setTried] = useState(false);
  const given = rolesToGive(me);
  const offered = ASSIGNABLE_ROLES.filter((role) => given.includes(role) || member?.roles.includes(role));

  const isUser = kind === 'USER';
  const parsed = memberId().safeParse(typed.trim());
  // An email address has an @, a client id has none.
  const isValid = parsed.success && parsed.data.includes('@') === isUser;
  const id = member?.id ?? (isValid ? parsed.data : undefined);
  const exists = members.some((each) => each.id === id);
  const wrongId =
    typed.trim() === ''
      ? t('required')
      : id === undefined
        ? t(isUser ? 'access.emailInvalid' : 'access.clientIdInvalid')
        : exists && t('members.exists', { id });
  return (
    <Dialog
      title={member ? t('members.changeNamed', { id: member.id }) : t('members.add')}
      submitText={t(member ? 'members.save' : 'members.addButton')}
      disabled={!isReady}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (id !== undefined && !exists && roles.length > 0) save(id, { roles: [...roles], federated });
      }}
      close={close}
    >
      {!member && (
        <SpaceBetween size="m">
          <FormField label={t('members.member')}>
            <RadioGroup
              value={kind}
              onChange={({ detail }) => {
                setKind(detail.value as Member['kind']);
                setFederated(false);
              }}
              items={[
                { value: 'USER', label: t('access.person') },
                { value: 'SERVICE_ACCOUNT', label: t('access.serviceAccount') },
              ]}
            />
          </FormField>
          <FormField
            label={t(isUser ? 'access.email' : 'access.clientId')}
            description={t(isUser ? 'members.emailText' : 'members.clientIdText')}
            errorText={isTried && wrongId}
          >
            <Input
              ariaRequired
              autoComplete={false}
              spellcheck={false}
              inputMode={isUser ? 'email' : 'text'}
              value={typed}
              onChange={({ detail }) => setTyped(detail.value)}
            />
          </FormField>
        </SpaceBetween>
      )}
      <FormField
        label={t('members.roles')}
        description={t('members.rolesText')}
        errorText={isTried && roles.length === 0 && t('members.rolesRequired')}
      >
        <SpaceBetween size="xs">
          {offered.map((role) => (
            <Checkbox
              key={role}
              checked={roles.includes(role)}
              disabled={!given.includes(role)}
              onChange={({ detail }) =>
                setRoles(detail.checked ? [...roles, role] : roles.filter((each) => each !== role))
              }
            >
              {roleName(role)}
            </Checkbox>
          ))}
        </SpaceBetween>
      </FormField>
      {isUser && (
        <Checkbox
          checked={federated}
          // Changing federation changes all of the member's roles in the organization.
          disabled={member !== undefined && !mayRemove(me, member)}
          description={t('members.federatedText')}
          onChange={({ detail }) => setFederated(detail.checked)}
        >
          {t('members.federated')}
        </Checkbox>
      )}
    </Dialog>
  );
}
