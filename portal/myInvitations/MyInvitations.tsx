import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { listMyCustomers } from '../../shared/contract/contract.ts';
import { useReadPages } from '../api/useApi.ts';
import { CustomerStatus } from '../customers/customerStatus.tsx';
import { useFormat } from '../language/format.ts';
import { useMe } from '../shell/me.ts';
import { OtherAccount } from '../shell/OtherAccount.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { BlockedPartners } from './BlockedPartners.tsx';
import { Memberships, useMemberships } from './Memberships.tsx';

/** The partners that the person works for, and the customers that invite the person or on which the person holds a role. */
export function MyInvitations() {
  const { t } = useTranslation();
  const me = useMe();
  const format = useFormat();
  const follow = useFollow();
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listMyCustomers,
    {},
  );
  const customers = pages.flatMap((page) => page.customers);
  const mine = useMemberships();
  const areSome = customers.length > 0 || mine.memberships.length > 0;
  const isWaiting = !areSome && ((isPending && !error) || (mine.isPending && !mine.error));
  const areNone = !areSome && !isWaiting && !error && !mine.error && !hasNextPage && !mine.hasNextPage;
  return (
    <Page title={t('navigation.myInvitations')} description={t('myInvitations.description')}>
      <SpaceBetween size="l">
        <Memberships {...mine} />
        {(customers.length > 0 || error || isWaiting || areNone || hasNextPage) && (
          <Container>
            <SpaceBetween size="m">
              <ProblemAlert problem={error} title={t('myInvitations.notRead')} retry={() => void refetch()} />
              {isWaiting && <Waiting text={t('loading')} />}
              {areNone && (
                <div>
                  <Box fontWeight="bold">{t('myInvitations.none')}</Box>
                  <Box>{t('myInvitations.noneText', { email: me.user.email ?? me.user.id })}</Box>
                </div>
              )}
              {customers.length > 0 && (
                <Rows
                  label={t('navigation.myInvitations')}
                  rows={customers.map((customer) => ({
                    id: customer.id,
                    content: (
                      <>
                        <Link
                          href={`/my/invitations/${customer.id}`}
                          ariaLabel={t('myInvitations.open', { partner: customer.partner.name, name: customer.name })}
                          onFollow={follow}
                        >
                          {customer.name}
                        </Link>
                        <Box color="text-body-secondary" fontSize="body-s">
                          {t('myInvitations.invitedBy', { partner: customer.partner.name })}
                          {customer.invite &&
                            ` · ${t('myInvitations.until', { when: format.relative(customer.invite.expiresAt) })}`}
                        </Box>
                      </>
                    ),
                    action: <CustomerStatus customer={customer} />,
                  }))}
                />
              )}
              {hasNextPage && (
                <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t('myInvitations.more')}
                </Button>
              )}
            </SpaceBetween>
          </Container>
        )}
        <BlockedPartners />
        {!isWaiting && (
          <SpaceBetween size="xs">
            {!areNone && <Box>{t('myInvitations.elsewhere')}</Box>}
            <OtherAccount />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Page>
  );
}
