import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { updateAccess } from '../../shared/contract/contract.ts';
import { useAction } from '../api/useApi.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { DANGEROUS } from '../shell/dangerous.ts';
import { useMe } from '../shell/me.ts';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { type Binding, contactOf, isOver, type MayOn } from './mayOn.ts';
import { type Hindrance, hindranceOf, type Person, peopleOf } from './people.ts';
import { useRoleName } from './roleName.ts';
import { type SubjectChoice, SubjectField } from './SubjectField.tsx';

type Subject = Binding['subject'];
type Role = MayOn['giveRoles'][number];

type AccessProps = {
  customer: Customer;
  bindings: readonly Binding[];
  isComplete: boolean;
  error: ApiProblem | null;
  retry: () => void;
  giveRoles: MayOn['giveRoles'];
};

const idOf = ({ roleId, subject }: Binding) => `${subject.type} ${subject.id} ${roleId}`;

/** The people with roles on the subaccount and on its organization. Grants and revokes roles on the subaccount. */
export function Access({ customer, bindings, isComplete, error, retry, giveRoles }: AccessProps) {
  const { id: customerId, email } = customer;
  const { t } = useTranslation();
  const me = useMe();
  const roleName = useRoleName();
  const [open, setOpen] = useState<'grant' | Binding>();
  const close = () => setOpen(undefined);
  const headings = useId();
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
  const { customers, partners } = peopleOf(bindings, email);
  const hindrance = (binding: Binding) => hindranceOf(me, customer, binding, giveRoles);
  const people = (shown: Person[]) => (
    <People
      people={shown}
      nameOf={(id) => (id === email ? t(contactOf(customer) === id ? 'access.contact' : 'access.invited') : undefined)}
      {...(giveRoles.length > 0 && { revoke: show, hindrance })}
    />
  );
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
        {isComplete && giveRoles.length === 0 && (
          <Box>{t(isOver(customer) ? 'access.isOver' : 'access.notAllowed')}</Box>
        )}
        {customers.length > 0 && (
          <section aria-labelledby={`${headings}customers`}>
            <Header variant="h3" description={t('access.customersText')}>
              <span id={`${headings}customers`}>{t('access.customers')}</span>
            </Header>
            {people(customers)}
          </section>
        )}
        {partners.length > 0 && (
          <section aria-labelledby={`${headings}partners`}>
            <Header variant="h3">
              <span id={`${headings}partners`}>{t('access.partners')}</span>
            </Header>
            {people(partners)}
          </section>
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
          dangerous
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

type PeopleProps = {
  people: readonly Person[];
  /** The words beside a person's name, such as *Contact*. */
  nameOf: (id: string) => string | undefined;
  /** Absent: the person revokes no roles. */
  revoke?: (binding: Binding) => void;
  hindrance?: (binding: Binding) => Hindrance | undefined;
};

/** People, each once, with all of their roles: where each role comes from, and why it can't be revoked. */
function People({ people, nameOf, revoke, hindrance }: PeopleProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const originText = useOriginText();
  return (
    <ul className="plain people">
      {people.map(({ subject, roles }) => {
        const { id, type } = subject;
        const known = [nameOf(id), type === 'SERVICE_ACCOUNT' && t('access.serviceAccount')].filter(Boolean);
        return (
          <li key={`${type} ${id}`}>
            <Box fontWeight="bold">
              {id}
              {known.length > 0 && <Box variant="span" color="text-body-secondary">{` · ${known.join(' · ')}`}</Box>}
            </Box>
            <Rows
              label={id}
              rows={roles.map((binding) => {
                const { roleId, resource, origins } = binding;
                const why = hindrance?.(binding);
                const said = [...origins.map(originText), ...(why ? [t(`access.hindrances.${why}`)] : [])];
                return {
                  id: idOf(binding),
                  content: (
                    <>
                      <Box>{t(`access.on.${resource}`, { role: roleName(roleId) })}</Box>
                      <Box color="text-body-secondary" fontSize="body-s">
                        {said.join(' · ')}
                      </Box>
                    </>
                  ),
                  action: revoke && !why && (
                    <Button
                      style={DANGEROUS}
                      ariaLabel={t('access.revokeNamed', { role: roleName(roleId), subject: id })}
                      onClick={() => revoke(binding)}
                    >
                      {t('access.revoke')}
                    </Button>
                  ),
                };
              })}
            />
          </li>
        );
      })}
    </ul>
  );
}

/** The sentence that names the origin of a role. */
function useOriginText(): (origin: Binding['origins'][number]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ type, by = '', at }) => {
    if (type === 'GRANT' && at === undefined) return t('access.origins.GRANT_EARLIER');
    if (type === 'CONFIRMATION' && at === undefined) return t('access.origins.CONFIRMATION_EARLIER');
    return t(`access.origins.${type}`, { by, date: at === undefined ? '' : format.date(at) });
  };
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
