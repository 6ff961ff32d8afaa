import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import type { invitation as invitationSchema } from '../../shared/contract/contract.ts';
import { PAGES } from '../pages.ts';
import { useMe } from '../shell/me.ts';
import { Page } from '../shell/Page.tsx';
import { useFollow } from '../shell/useFollow.ts';

/** The page for the customer's invitee, which leads to the page where the invitation is answered. */
export function Invited({ invitation: { id, name, partner } }: { invitation: z.output<typeof invitationSchema> }) {
  const { t } = useTranslation();
  const me = useMe();
  const follow = useFollow();
  const answers = PAGES.find(({ navigation, offered }) => navigation === 'myInvitations' && offered(me));
  return (
    <Page title={name} above={[{ text: t('navigation.myInvitations'), href: '/my/invitations' }]}>
      <SpaceBetween size="m">
        <Box>{t('customer.invited', { partner: partner.name })}</Box>
        {answers && (
          <Link href={`${answers.path}/${id}`} onFollow={follow}>
            {t('navigation.myInvitations')}
          </Link>
        )}
      </SpaceBetween>
    </Page>
  );
}
