import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listApprovals } from '../../shared/contract/contract.ts';
import { useReadPages } from '../api/useApi.ts';
import { useFormat } from '../language/format.ts';
import { useConfig } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Rows } from '../shell/Rows.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { type Deciding, Decision, DecisionDialog } from './Decision.tsx';

/** The list of customers that await the provider's approval. */
export function Approvals() {
  const { t } = useTranslation();
  const format = useFormat();
  const follow = useFollow();
  const { providerApproval } = useConfig();
  const [deciding, setDeciding] = useState<Deciding>();
  const { pages, error, isPending, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useReadPages(
    listApprovals,
    {},
  );
  const customers = pages.flatMap((page) => page.customers);
  const partners = new Map(pages.flatMap((page) => page.partners.map(({ id, name }) => [id, name] as const)));
  useKeepFocus(pages.length > 0 ? [deciding?.customer.id, ...customers.map(({ id }) => id)].join() : '');
  return (
    <Page
      title={t('navigation.approvals')}
      description={t('approvals.description')}
      actions={
        <Button
          iconName="refresh"
          ariaLabel={t('approvals.refresh')}
          loading={isFetching && !isPending}
          onClick={() => void refetch()}
        />
      }
    >
      <Container>
        <SpaceBetween size="m">
          <ProblemAlert problem={error} title={t('approvals.notRead')} retry={() => void refetch()} />
          {isPending && !error && <Waiting text={t('loading')} />}
          {pages.length > 0 && customers.length === 0 && !hasNextPage && (
            <div>
              <Box fontWeight="bold">{t('approvals.none')}</Box>
              <Box>{t(providerApproval === 'NEVER' ? 'approvals.neverText' : 'approvals.noneText')}</Box>
            </div>
          )}
          {customers.length > 0 && (
            <Rows
              label={t('navigation.approvals')}
              rows={customers.map((customer) => ({
                id: customer.id,
                content: (
                  <>
                    <Link href={`/approvals/${customer.id}`} onFollow={follow}>
                      {customer.name}
                    </Link>
                    <Box color="text-body-secondary" fontSize="body-s">
                      {customer.email ?? t('approvals.noContact')}
                      {' · '}
                      {t('approvals.of', { partner: partners.get(customer.partnerId) ?? customer.partnerId })}
                      {customer.approval &&
                        ` · ${t('approvals.until', { when: format.relative(customer.approval.expiresAt) })}`}
                    </Box>
                  </>
                ),
                action: <Decision customer={customer} decide={setDeciding} />,
              }))}
            />
          )}
          {hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('approvals.more')}
            </Button>
          )}
        </SpaceBetween>
      </Container>
      <DecisionDialog deciding={deciding} close={() => setDeciding(undefined)} />
    </Page>
  );
}
