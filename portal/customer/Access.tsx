import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { updateAccess } from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import type { Binding, MayOn } from './mayOn.ts';
import { useRoleName } from './roleName.ts';
import { type SubjectChoice, SubjectField } from './SubjectField.tsx';

type Subject = Binding['subject'];
type Role = MayOn['giveRoles'][number];

type AccessProps = {
  customerId: string;
  bindings: readonly Binding[];
  isComplete: boolean;
  error: ApiProblem | null;
  retry: () => void;
  giveRoles: MayOn['giveRoles'];
  isRevocable: (binding: Binding) => boolean;
};

const idOf = ({ roleId, subject }: Binding) => `${subject.type} ${subject.id} ${roleId}`;

/** The roles on the subaccount and on its organization, by person. Grants and revokes those on the subaccount. */
export function Access({ customerId, bindings, isComplete, error, retry, giveRoles, isRevocable }: AccessProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const [open, setOpen] = useState<'grant' | Binding>();
  const close = () => setOpen(undefined);
  useKeepFocus(isComplete ? bindings.map(idOf).join() : '');
  const grant = useAction(updateAccess, close);
  const revoke = useAction(updateAccess, close);
  const show = (what: typeof open) => {
    for (const action of [grant, revoke]) action.reset();
    setOpen(what);
  };
  const change = (action: 'ADD' | 'REMOVE', subject: Subject, role: string) => ({
    path: { customerId },
    body: { deltas: [{ action, subject, roleId: role as Role }] },
  });
  const mayGive = (role: string) => (giveRoles as readonly string[]).includes(role);
  return (
    <Container
      header={
        <Header
          description={t('access.text')}
          actions={giveRoles.length > 0 && <Button onClick={() => show('grant')}>{t('access.grant')}</Button>}
        >
          {t('access.title')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ProblemAlert problem={error} title={t('access.notRead')} retry={retry} />
        {bindings.length > 0 && (
          <Rows
            label={t('access.title')}
            rows={bindings.map((binding) => {
              const { roleId, subject, resource } = binding;
              return {
                id: idOf(binding),
                content: (
                  <>
                    <Box fontWeight="bold">{subject.id}</Box>
                    <Box color="text-body-secondary" fontSize="body-s">
                      {t(`access.on.${resource}`, { role: roleName(roleId) })}
                      {subject.type === 'SERVICE_ACCOUNT' && ` · ${t('access.serviceAccount')}`}
                    </Box>
                  </>
                ),
                action: mayGive(roleId) && isRevocable(binding) && (
                  <Button
                    ariaLabel={t('access.revokeNamed', { role: roleName(roleId), subject: subject.id })}
                    onClick={() => show(binding)}
                  >
                    {t('access.revoke')}
                  </Button>
                ),
              };
            })}
          />
        )}
        {!isComplete && !error && <Waiting text={t('loading')} />}
      </SpaceBetween>
      {open === 'grant' && (
        <GrantRole
          roles={giveRoles}
          isRunning={grant.isRunning}
          problem={grant.problem}
          grant={(subject, role) => void grant.run(change('ADD', subject, role))}
          close={close}
        />
      )}
      {typeof open === 'object' && (
        <Dialog
          title={t('access.revokeTitle')}
          submitText={t('access.revoke')}
          isRunning={revoke.isRunning}
          problem={revoke.problem}
          submit={() => void revoke.run(change('REMOVE', open.subject, open.roleId))}
          close={close}
        >
          <Box>{t('access.revokeText', { role: roleName(open.roleId), subject: open.subject.id })}</Box>
        </Dialog>
      )}
    </Container>
  );
}

type GrantRoleProps = {
  roles: readonly Role[];
  isRunning: boolean;
  problem: ApiProblem | null;
  grant: (subject: Subject, role: Role) => void;
  close: () => void;
};

function GrantRole({ roles, isRunning, problem, grant, close }: GrantRoleProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const [choice, setChoice] = useState<SubjectChoice<Subject['type']>>({ type: 'USER', id: '' });
  const [role, setRole] = useState<Role>();
  const [isTried, setTried] = useState(false);
  const parsed = updateAccess.body.safeParse({
    deltas: [{ action: 'ADD', roleId: roles[0], subject: { ...choice, id: choice.id.trim() } }],
  });
  const subject = parsed.data?.deltas[0]?.subject;
  const options = roles.map((value) => ({ value, label: roleName(value) }));
  return (
    <Dialog
      title={t('access.grant')}
      submitText={t('access.grantButton')}
      isRunning={isRunning}
      problem={problem}
      submit={() => {
        setTried(true);
        if (subject && role) grant(subject, role);
      }}
      close={close}
    >
      <SubjectField subject={choice} change={setChoice} isFaulty={isTried && !subject} />
      <FormField label={t('access.role')} errorText={isTried && !role && t('required')}>
        <Select
          ariaRequired
          placeholder={t('access.chooseRole')}
          selectedOption={options.find(({ value }) => value === role) ?? null}
          options={options}
          onChange={({ detail }) => setRole(detail.selectedOption.value as Role)}
        />
      </FormField>
    </Dialog>
  );
}
