import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { listApprovals, listEvents } from '../../shared/contract.ts';
import { useReadOn, useReadPages } from '../api/useApi.ts';
import { PERSON_FIELDS } from '../customer/customerFields.ts';
import { useFieldLabel } from '../customer/fieldLabel.ts';
import { History } from '../customer/History.tsx';
import { type Customer, CustomerStatus } from '../customers/customerStatus.tsx';
import { Day } from '../language/Moment.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { Decision } from './Decision.tsx';

/** One customer for the provider's operator, who decides about it: what is known while it waits, and its history at any time. */
export function ApprovalPage() {
  const { t } = useTranslation();
  const { customerId = '' } = useParams();
  const list = useReadPages(listApprovals, {});
  const customer = list.pages.flatMap((page) => page.customers).find(({ id }) => id === customerId);
  useReadOn(list, customer !== undefined);
  const { pages, ...events } = useReadPages(listEvents, { path: { customerId } });
  const isRead = list.pages.length > 0 && !list.hasNextPage;
  useKeepFocus(String(customer !== undefined));

  const above = [{ text: t('navigation.approvals'), href: '/approvals' }];
  if (events.error?.code === 'CUSTOMER_NOT_FOUND')
    return (
      <Page title={t('approvals.gone')} above={above}>
        <Box>{t('approvals.goneText')}</Box>
      </Page>
    );
  return (
    <Page
      title={customer?.name ?? customerId}
      {...(customer && { description: t('approvals.of', { partner: customer.partnerId }) })}
      above={above}
      actions={customer && <Decision customer={customer} />}
    >
      <SpaceBetween size="l">
        <ProblemAlert problem={list.error} title={t('approvals.notRead')} retry={() => void list.refetch()} />
        {customer ? (
          <Known customer={customer} />
        ) : (
          !list.error && (
            <Container>
              <div role="status">
                {isRead ? (
                  <>
                    <Box fontWeight="bold">{t('approvals.notWaiting')}</Box>
                    <Box>{t('approvals.notWaitingText')}</Box>
                  </>
                ) : (
                  <Waiting text={t('loading')} />
                )}
              </div>
            </Container>
          )
        )}
        <History events={pages.flatMap((page) => page.events)} read={events} />
      </SpaceBetween>
    </Page>
  );
}

function Known({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const label = useFieldLabel();
  const { id, name, partnerId, email, person, createdAt } = customer;
  return (
    <Container>
      <SpaceBetween size="l">
        <SpaceBetween size="xs">
          <CustomerStatus customer={customer} />
          <Box>{t('approvals.awaits')}</Box>
        </SpaceBetween>
        <KeyValuePairs
          columns={3}
          items={[
            { label: t('approvals.fields.name'), value: name },
            { label: t('approvals.fields.email'), value: email ?? t('approvals.noContact') },
            { label: t('approvals.fields.partner'), value: partnerId },
            { label: t('approvals.fields.added'), value: <Day at={createdAt} /> },
            { label: t('approvals.fields.id'), value: id },
            ...PERSON_FIELDS.flatMap((field) =>
              person[field] ? [{ label: label(`person.${field}`), value: person[field] }] : [],
            ),
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}
