import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import {
  acceptMembership,
  declineMembership,
  leavePartner,
  listMembers,
  listMyMemberships,
  type membership as membershipSchema,
} from '../../shared/contract/contract.ts';
import { OWNER_ROLE } from '../../shared/contract/roles.ts';
import { useAction, useForgetOtherPages, useReadOn, useReadPages } from '../api/useApi.ts';
import { useRoleName } from '../customer/roleName.ts';
import { useFormat } from '../language/format.ts';
import { isLastOwner } from '../members/mayChange.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { DANGEROUS } from '../shell/dangerous.ts';
import { useMe } from '../shell/me.ts';
import { useNotify } from '../shell/notifications.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';

type Membership = z.output<typeof membershipSchema>;

/** The person's memberships, those that partners offer too. There is one page of them for all but very few people. */
export function useMemberships() {
  const read = useReadPages(listMyMemberships, {});
  useReadOn(read);
  return { ...read, memberships: read.pages.flatMap((page) => page.memberships) };
}

/** Whether the person is the only owner of its partner: the server refuses to let it leave. */
function useIsLastOwner(active: Membership | undefined): boolean {
  const { user } = useMe();
  const read = useReadPages(listMembers, {}, { enabled: active?.roles.includes(OWNER_ROLE) === true });
  useReadOn(read);
  const members = read.pages.flatMap((page) => page.members);
  const own = members.find(({ id }) => id === (user.email ?? user.id));
  return own !== undefined && !read.hasNextPage && isLastOwner(own, members);
}

/** The partner that the person works for, and the partners that invite the person to work for them. */
export function Memberships({ memberships, error, refetch }: ReturnType<typeof useMemberships>) {
  const { t } = useTranslation();
  const format = useFormat();
  const notify = useNotify();
  const roleName = useRoleName();
  const [asked, setAsked] = useState<Membership>();
  const forget = useForgetOtherPages();
  const accept = useAction(acceptMembership, ({ partnerName: partner }) => {
    forget();
    notify({ type: 'success', content: t('myInvitations.membership.accepted', { partner }) });
  });
  const done = (content: string) => {
    setAsked(undefined);
    notify({ type: 'info', content });
  };
  const partner = asked?.partnerName ?? '';
  const decline = useAction(declineMembership, () => done(t('myInvitations.membership.declined', { partner })));
  const leave = useAction(leavePartner, () => {
    forget();
    done(t('myInvitations.membership.left', { partner }));
  });
  useKeepFocus(memberships.map(({ partnerId, status }) => partnerId + status).join());
  const ask = (membership: Membership) => {
    for (const action of [accept, decline, leave]) action.reset();
    setAsked(membership);
  };
  const active = memberships.find(({ status }) => status === 'ACTIVE');
  const staysAsLastOwner = useIsLastOwner(active);
  if (memberships.length === 0 && !error) return null;
  const leaves = asked?.status === 'ACTIVE';
  const ending = leaves ? leave : decline;
  return (
    <Container header={<Header>{t('myInvitations.membership.title')}</Header>}>
      <SpaceBetween size="m">
        <ProblemAlert problem={error} title={t('myInvitations.membership.notRead')} retry={() => void refetch()} />
        <ProblemAlert problem={accept.problem} />
        {memberships.length > 0 && (
          <Rows
            label={t('myInvitations.membership.title')}
            rows={memberships.map((membership) => ({
              id: membership.partnerId,
              content: (
                <>
                  <Box fontWeight="bold">{membership.partnerName}</Box>
                  <Box color="text-body-secondary" fontSize="body-s">
                    {[
                      membership.roles.map(roleName).join(', '),
                      membership.status === 'ACTIVE'
                        ? t('myInvitations.membership.active')
                        : t('myInvitations.membership.invited', {
                            by: membership.invitedBy,
                            when: membership.lapsesAt === undefined ? '' : format.relative(membership.lapsesAt),
                          }),
                    ].join(' · ')}
                  </Box>
                  {active && membership !== active && (
                    <Box fontSize="body-s">
                      {t('myInvitations.membership.leaveFirst', { other: active.partnerName })}
                    </Box>
                  )}
                </>
              ),
              action:
                membership.status === 'ACTIVE' ? (
                  <Button
                    style={DANGEROUS}
                    disabled={staysAsLastOwner}
                    disabledReason={staysAsLastOwner ? t('myInvitations.membership.lastOwner') : ''}
                    ariaLabel={t('myInvitations.membership.leaveNamed', { partner: membership.partnerName })}
                    onClick={() => ask(membership)}
                  >
                    {t('myInvitations.membership.leave')}
                  </Button>
                ) : (
                  <SpaceBetween direction="horizontal" size="xs">
                    <Button
                      disabled={accept.isRunning}
                      ariaLabel={t('myInvitations.membership.declineNamed', { partner: membership.partnerName })}
                      onClick={() => ask(membership)}
                    >
                      {t('myInvitations.membership.decline')}
                    </Button>
                    <Button
                      variant="primary"
                      disabled={active !== undefined}
                      loading={accept.isRunning}
                      ariaLabel={t('myInvitations.membership.acceptNamed', { partner: membership.partnerName })}
                      onClick={() => void accept.run({ path: { partnerId: membership.partnerId } })}
                    >
                      {t('myInvitations.membership.accept')}
                    </Button>
                  </SpaceBetween>
                ),
            }))}
          />
        )}
      </SpaceBetween>
      {asked && (
        <Dialog
          dangerous={leaves}
          title={t(`myInvitations.membership.${leaves ? 'leaveNamed' : 'declineNamed'}`, { partner })}
          submitText={t(`myInvitations.membership.${leaves ? 'leave' : 'decline'}`)}
          isRunning={ending.isRunning}
          problem={ending.problem}
          submit={() => void ending.run({ path: { partnerId: asked.partnerId } })}
          close={() => setAsked(undefined)}
        >
          <Box>{t(`myInvitations.membership.${leaves ? 'leaveText' : 'declineText'}`, { partner })}</Box>
        </Dialog>
      )}
    </Container>
  );
}
