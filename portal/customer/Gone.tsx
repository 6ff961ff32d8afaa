import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { PAGES } from '../pages.ts';
import { useMe } from '../shell/me.ts';
import { OtherAccount } from '../shell/OtherAccount.tsx';
import { Page } from '../shell/Page.tsx';
import { usePageName } from '../shell/programLabel.ts';
import { useFollow } from '../shell/useFollow.ts';
import { Neighbours } from './Neighbours.tsx';

/** Replaces the page of a customer that was deleted, never existed, or belongs to someone else. */
export function Gone() {
  const { t } = useTranslation();
  const { customerId = '' } = useParams();
  const me = useMe();
  const follow = useFollow();
  const nameOf = usePageName();
  const elsewhere = PAGES.flatMap(({ path, navigation, offered }) =>
    navigation !== undefined && navigation !== 'members' && offered(me) ? [{ path, navigation }] : [],
  );
  return (
    <Page title={t('customer.gone')} actions={<Neighbours customerId={customerId} />}>
      <SpaceBetween size="m">
        <Box>{t('customer.goneText')}</Box>
        {me.operator && <Box>{t('customer.goneOperator')}</Box>}
        {elsewhere.map(({ path, navigation }) => (
          <div key={path}>
            <Link href={path} onFollow={follow}>
              {nameOf(navigation)}
            </Link>
          </div>
        ))}
        <OtherAccount />
      </SpaceBetween>
    </Page>
  );
}
