import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deleteMember, listMembers, putMember } from '../../shared/contract/contract.ts';
import type { Language } from '../../shared/contract/vocabulary.ts';
import { useAction, useReadOn, useReadPages } from '../api/useApi.ts';
import { useRoleName } from '../customer/roleName.ts';
import { DeliveryStatus } from '../customers/customerStatus.tsx';
import { useFormat } from '../language/format.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { DANGEROUS } from '../shell/dangerous.ts';
import { may, useMe } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { MemberForm } from './MemberForm.tsx';
import { isLastOwner, type Member, mayChange, mayRemove, rolesToGive } from './mayChange.ts';
import { PartnerLog } from './PartnerLog.tsx';

const isInvited = ({ status }: Member) => status === 'INVITED';

/** Whether the person has not got the invitation's mail, or does not want it. */
const isUndelivered = ({ delivery }: Member) =>
  delivery !== undefined && ['BOUNCED', 'COMPLAINED', 'FAILED'].includes(delivery.status);

type Open = { what: 'add'; kind: Member['kind'] } | { what: 'change' | 'remove'; member: Member };

/** The partner's members. Adds and removes them, and changes their roles on the partner account. */
export function Members() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const notify = useNotify();
  const roleName = useRoleName();
  const format = useFormat();
  const [open, setOpen] = useState<Open>();
  const read = useReadPages(listMembers, {});
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = read;
  // The form refuses to add an existing member with other roles: for this it needs the whole list.
  useReadOn(read, open?.what !== 'add');

  const done = (content: string) => {
    setOpen(undefined);
    notify({ type: 'success', content });
  };
  const add = useAction(putMember, ({ id, status }) =>
    done(t(status === 'INVITED' ? 'members.invited' : 'members.added', { id })),
  );
  const change = useAction(putMember, ({ id }) => done(t('members.changed', { id })));
  const remove = useAction(deleteMember, (_, { path: { memberId: id } }) =>
    done(t(open?.what === 'remove' && isInvited(open.member) ? 'members.withdrawn' : 'members.removed', { id })),
  );
  const show = (what: Open) => {
    for (const action of [add, change, remove]) action.reset();
    setOpen(what);
  };
  const close = () => setOpen(undefined);

  const members = pages.flatMap((page) => page.members);
  /** The server's sentence about a mail that was not sent says what to do. Who wants no invitations can't be invited again. */
  const saysWhatToDo = ({ delivery }: Member) =>
    delivery?.status === 'FAILED' && (i18n.language === 'en' || delivery.reasonCode === 'INVITATIONS_DECLINED');
  const isMe = ({ id }: Member) => id === (me.user.email ?? me.user.id);
  useKeepFocus(members.map(({ id }) => id).join());
  return (
    <Page
      title={t('navigation.members')}
      description={t('members.description', { partner: me.partner?.name ?? '' })}
      actions={
        rolesToGive(me).length > 0 && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => show({ what: 'add', kind: 'SERVICE_ACCOUNT' })}>{t('members.add')}</Button>
            <Button variant="primary" onClick={() => show({ what: 'add', kind: 'USER' })}>
              {t('members.invite')}
            </Button>
          </SpaceBetween>
        )
      }
    >
      <SpaceBetween size="l">
        <Container>
          <SpaceBetween size="m">
            <ProblemAlert problem={error} title={t('members.notRead')} retry={() => void refetch()} />
            {isPending && !error && <Waiting text={t('loading')} />}
            {members.length > 0 && (
              <Rows
                label={t('navigation.members')}
                rows={members.map((member) => ({
                  id: member.id,
                  content: (
                    <>
                      <Box fontWeight="bold">
                        {member.id}
                        {isMe(member) && ` (${t('members.you')})`}
                      </Box>
                      <Box color="text-body-secondary" fontSize="body-s">
                        {[
                          member.roles.map(roleName).join(', '),
                          ...(member.kind === 'SERVICE_ACCOUNT' ? [t('members.serviceAccount')] : []),
                          ...(member.federated ? [t('members.federated')] : []),
                          ...(member.lapsesAt === undefined
                            ? []
                            : [t('members.invitedUntil', { when: format.relative(member.lapsesAt) })]),
                        ].join(' · ')}
                      </Box>
                      {isUndelivered(member) && (
                        <Box fontSize="body-s">
                          <DeliveryStatus delivery={member.delivery} />{' '}
                          {!saysWhatToDo(member) && t('members.undelivered')}
                        </Box>
                      )}
                    </>
                  ),
                  action: (
                    <SpaceBetween direction="horizontal" size="xs">
                      {mayRemove(me, member) && (
                        <Button
                          style={DANGEROUS}
                          {...(!hasNextPage &&
                            isLastOwner(member, members) && {
                              disabled: true,
                              disabledReason: t('members.lastOwner'),
                            })}
                          ariaLabel={t(isInvited(member) ? 'members.withdrawNamed' : 'members.removeNamed', {
                            id: member.id,
                          })}
                          onClick={() => show({ what: 'remove', member })}
                        >
                          {t(isInvited(member) ? 'members.withdraw' : 'members.remove')}
                        </Button>
                      )}
                      {mayChange(me, member) && (
                        <Button
                          ariaLabel={t('members.changeNamed', { id: member.id })}
                          onClick={() => show({ what: 'change', member })}
                        >
                          {t('members.change')}
                        </Button>
                      )}
                    </SpaceBetween>
                  ),
                }))}
              />
            )}
            {hasNextPage && (
              <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t('members.more')}
              </Button>
            )}
          </SpaceBetween>
        </Container>
        {may(me, 'readFeed') && <PartnerLog />}
      </SpaceBetween>
      {open?.what === 'add' && (
        <MemberForm
          kind={open.kind}
          members={members}
          isReady={pages.length > 0 && !hasNextPage}
          isRunning={add.isRunning}
          problem={add.problem}
          save={(memberId, body) =>
            void add.run({ path: { memberId }, body: { ...body, language: i18n.language as Language } })
          }
          close={close}
        />
      )}
      {open?.what === 'change' && (
        <MemberForm
          kind={open.member.kind}
          member={open.member}
          isReady
          isRunning={change.isRunning}
          problem={change.problem}
          save={(memberId, body) => void change.run({ path: { memberId }, body })}
          close={close}
        />
      )}
      {open?.what === 'remove' && (
        <Dialog
          dangerous
          title={t(isInvited(open.member) ? 'members.withdrawNamed' : 'members.removeNamed', { id: open.member.id })}
          submitText={t(isInvited(open.member) ? 'members.withdraw' : 'members.remove')}
          isRunning={remove.isRunning}
          problem={remove.problem}
          submit={() => void remove.run({ path: { memberId: open.member.id } })}
          close={close}
        >
          <Box>{t(isInvited(open.member) ? 'members.withdrawText' : 'members.removeText', { id: open.member.id })}</Box>
          {isMe(open.member) && <Box>{t('members.removeSelf')}</Box>}
        </Dialog>
      )}
    </Page>
  );
}
