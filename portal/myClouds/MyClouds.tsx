import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { listMyClouds, listMyCustomers } from '../../shared/contract/contract.ts';
import { useReadOn, useReadPages } from '../api/useApi.ts';
import { useMe } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { ProblemAlert } from '../shell/ProblemAlert.tsx';
import { useKeepFocus } from '../shell/useKeepFocus.ts';
import { Waiting } from '../shell/Waiting.tsx';
import { MyCloud } from './MyCloud.tsx';

/** The clouds of the person's own account: who may do what on them, and to whom they are billed. */
export function MyClouds() {
  const { t } = useTranslation();
  const me = useMe();
  const read = useReadPages(listMyClouds, {});
  const { pages, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = read;
  const clouds = pages.flatMap((page) => page.clouds);
  // A page may be short, and the first one may be empty.
  useReadOn(read, clouds.length > 0);
  // Clouds can be linked to these, and their partners can be given roles.
  const mine = useReadPages(listMyCustomers, {});
  useReadOn(mine);
  const customers = mine.pages.flatMap((page) => page.customers);
  useKeepFocus(isPending ? '' : JSON.stringify(clouds));
  const isLoading = (isPending || (clouds.length === 0 && hasNextPage)) && !error;
  return (
    <Page title={t('navigation.myClouds')} description={t('myClouds.description')}>
      <SpaceBetween size="l">
        <ProblemAlert problem={error} title={t('myClouds.notRead')} retry={() => void refetch()} />
        {isLoading && <Waiting text={t('loading')} />}
        {!isLoading && !error && clouds.length === 0 && (
          <Container>
            <Box fontWeight="bold">{t('myClouds.none')}</Box>
            <Box>{t('myClouds.noneText', { email: me.user.email ?? me.user.id })}</Box>
          </Container>
        )}
        {clouds.map((cloud) => (
          <MyCloud key={cloud.id} cloud={cloud} customers={customers} />
        ))}
        {clouds.length > 0 && hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('myClouds.more')}
          </Button>
        )}
      </SpaceBetween>
    </Page>
  );
}
