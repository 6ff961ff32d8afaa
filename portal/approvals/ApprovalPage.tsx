import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Answer } from '../../shared/client/client.ts';
import { getApproval, listEvents } from '../../shared/contract/contract.ts';
import { useRead, useReadPages } from '../api/useApi.ts';
import { useFieldLabel } from '../customer/fieldLabel.ts';
import { History } from '../customer/History.tsx';
import { CustomerStatus } from '../customers/customerStatus.tsx';
import { PERSON_FIELDS } from '../customers/fields.ts';
import { useFormat } from '../language/format.ts';
import { Day } from '../language/Moment.tsx';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { type Deciding, Decision, DecisionDialog } from './Decision.tsx';
import { Eligibility } from './Eligibility.tsx';

/** The page on which the provider's operator decides about a customer, or reads the decision. */
export function ApprovalPage() {
  const { t } = useTranslation();
  const { customerId = '' } = useParams();
  const path = { customerId };
  const { data, error, refetch } = useRead(getApproval, { path });
  const { pages, ...events } = useReadPages(listEvents, { path });
  const [deciding, setDeciding] = useState<Deciding>();
  useKeepFocus(data ? [deciding?.answer, data.customer.status].join() : '');

  const above = [{ text: t('navigation.approvals'), href: '/approvals' }];
  if (error?.code === 'CUSTOMER_NOT_FOUND')
    return (
      <Page title={t('approvals.gone')} above={above}>
        <Box>{t('approvals.goneText')}</Box>
      </Page>
    );
  const customer = data?.customer;
  return (
    <Page
      title={customer?.name ?? customerId}
      {...(data && { description: t('approvals.of', { partner: data.partner.name }) })}
      above={above}
      actions={customer?.approval && <Decision customer={customer} decide={setDeciding} />}
    >
      <SpaceBetween size="l">
        <ProblemAlert problem={error} title={t('approvals.oneNotRead')} retry={() => void refetch()} />
        {data && <Known approval={data} />}
        {!data && !error && <Waiting text={t('loading')} />}
        <History events={pages.flatMap((page) => page.events)} read={events} />
      </SpaceBetween>
      <DecisionDialog deciding={deciding} close={() => setDeciding(undefined)} />
    </Page>
  );
}

/** The details of the customer that the decision depends on. */
function Known({ approval: { customer, partner, eligibility } }: { approval: Answer<typeof getApproval> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useFieldLabel();
  const { id, name, email, person, status, approval, createdAt } = customer;
  return (
    <Container>
      <SpaceBetween size="l">
        <div role="status">
          <SpaceBetween size="xs">
            <CustomerStatus customer={customer} />
            <Box>{t(`approvals.status.${status}`)}</Box>
          </SpaceBetween>
        </div>
        <Eligibility rules={eligibility} />
        <KeyValuePairs
          columns={3}
          items={[
            { label: t('approvals.fields.name'), value: name },
            { label: t('approvals.fields.email'), value: email ?? t('approvals.noContact') },
            { label: t('approvals.fields.partner'), value: `${partner.name} (${partner.id})` },
            ...(approval ? [{ label: t('approvals.fields.until'), value: format.time(approval.expiresAt) }] : []),
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
