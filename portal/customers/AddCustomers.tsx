import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useMe } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { useFollow } from '../shell/useFollow.ts';
import { FileImport } from './FileImport.tsx';
import { RegistrationForm } from './RegistrationForm.tsx';

const FILE = 'file';
const addressOf = (tab: string): string => (tab === FILE ? `?tab=${FILE}` : '');

/** "Complete the New customers form with your customer's information" (seed 000). */
export function AddCustomers() {
  const { t } = useTranslation();
  const { partner } = useMe();
  const follow = useFollow();
  const navigate = useNavigate();
  const [asked] = useSearchParams();
  const tab = asked.get('tab') === FILE ? FILE : 'form';
  /** The tab with which the page was opened. */
  const [opened] = useState(tab);
  return (
    <Page
      title={t('addCustomers.title')}
      description={t('addCustomers.description')}
      above={[{ text: t('customers.title'), href: '/customers' }]}
      actions={
        <Button href="/customers/imports" onFollow={follow}>
          {t('imports.title')}
        </Button>
      }
    >
      <SpaceBetween size="m">
        {partner?.paid === false && <Alert type="warning">{t('customers.notPaid')}</Alert>}
        <Tabs
          ariaLabel={t('addCustomers.title')}
          activeTabId={tab}
          onChange={({ detail }) => void navigate({ search: addressOf(detail.activeTabId) })}
          tabs={[
            {
              id: 'form',
              label: t('addCustomers.byForm'),
              content: <RegistrationForm isFirst={opened === 'form'} />,
              contentRenderStrategy: 'lazy',
            },
            { id: FILE, label: t('addCustomers.byFile'), content: <FileImport />, contentRenderStrategy: 'lazy' },
          ]}
        />
      </SpaceBetween>
    </Page>
  );
}
