import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { PAGES } from '../pages.ts';
import { useConfig, useMe } from './me.ts';
import { OtherAccount } from './OtherAccount.tsx';
import { Page } from './Page.tsx';
import { useFollow } from './useFollow.ts';

/** "If you have no access, it means the account you use to log in has no partner status assigned" (seed 000). */
export function NoPartner() {
  const { t } = useTranslation();
  const me = useMe();
  const { brandName: brand } = useConfig();
  const follow = useFollow();
  const invitations = PAGES.find(({ navigation }) => navigation === 'myInvitations');
  return (
    <Page title={t('noPartner.title')}>
      <SpaceBetween size="m">
        <Box>{t('noPartner.text', { email: me.user.email ?? me.user.id, brand })}</Box>
        <Box>{t('noPartner.member')}</Box>
        <div>
          <Box padding={{ bottom: 'xs' }}>{t('noPartner.other')}</Box>
          <OtherAccount isNamed />
        </div>
        {invitations && (
          <Box>
            {t('noPartner.customer')}{' '}
            <Link href={invitations.path} onFollow={follow}>
              {t('navigation.myInvitations')}
            </Link>
          </Box>
        )}
      </SpaceBetween>
    </Page>
  );
}
