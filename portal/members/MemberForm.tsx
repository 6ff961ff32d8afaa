import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { domainOf, memberId } from '../../shared/contract/fields.ts';
import { ASSIGNABLE_ROLES } from '../../shared/contract/roles.ts';
import { useRoleName } from '../customer/roleName.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { useMe } from '../shell/me.ts';
import { type Member, mayRemove, type Role, rolesToGive } from './mayChange.ts';

type MemberFormProps = {
  kind: Member['kind'];
  /** The member to change; absent: the form invites a person, or adds a service account. */
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

/** Invites a person, adds a service account, or changes the roles of a member. Roles that the person may not give stay as they are. */
export function MemberForm({ kind, member, members = [], isReady, isRunning, problem, save, close }: MemberFormProps) {
  const { t } = useTranslation();
  const me = useMe();
  const roleName = useRoleName();
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
  const isOwn = isUser && id !== undefined && me.partner?.domains.includes(domainOf(id));
  const exists = members.some((each) => each.id === id);
  const wrongId =
    typed.trim() === ''
      ? t('required')
      : id === undefined
        ? t(isUser ? 'access.emailInvalid' : 'access.clientIdInvalid')
        : exists && t('members.exists', { id });
  return (
    <Dialog
      title={member ? t('members.changeNamed', { id: member.id }) : t(isUser ? 'members.invite' : 'members.add')}
      submitText={t(member ? 'members.save' : isUser ? 'members.inviteButton' : 'members.addButton')}
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
        <FormField
          label={t(isUser ? 'access.email' : 'access.clientId')}
          description={t(isOwn ? 'members.ownDomainText' : isUser ? 'members.emailText' : 'members.clientIdText')}
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
