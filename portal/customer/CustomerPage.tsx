import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { getCustomer } from '../../shared/contract.ts';
import { useRead } from '../api/useApi.ts';
import { may, useMe } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { Waiting } from '../shell/Waiting.tsx';
import { Clouds } from './Clouds.tsx';

export function CustomerPage() {
  const { t } = useTranslation();
  const me = useMe();
  const { customerId = '' } = useParams();
  const { data, error, refetch } = useRead(getCustomer, { path: { customerId } });
  if (!data)
    return error ? <ProblemAlert problem={error} retry={() => void refetch()} /> : <Waiting text={t('loading')} />;
  return (
    <Page title={data.name} above={[{ text: t('navigation.customers'), href: '/customers' }]}>
      <SpaceBetween size="l">
        <Clouds customer={data} mayCreate={may(me, 'createCloud')} mayLink={may(me, 'linkCloud')} />
      </SpaceBetween>
    </Page>
  );
}
