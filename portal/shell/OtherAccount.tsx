import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { signOutAsked } from '../imports/beforeSignOut.ts';
import { useSession } from '../signIn/SignedIn.tsx';
import { useMe } from './me.ts';

type OtherAccountProps = {
  page?: string;
  /** Whether the page has said already which account is signed in. */
  isNamed?: boolean;
};

/** For a person who may be signed in with the wrong account: signs out, and leads the next account to `page`, by default the page of now. */
export function OtherAccount({ page, isNamed = false }: OtherAccountProps) {
  const { t } = useTranslation();
  const me = useMe();
  const session = useSession();
  const { pathname, search } = useLocation();
  const [isLeaving, setLeaving] = useState(false);
  return (
    <SpaceBetween size="xs">
      {!isNamed && <Box>{t('myInvitations.one.signedInAs', { email: me.user.email ?? me.user.id })}</Box>}
      <Button
        loading={isLeaving}
        onClick={() =>
          signOutAsked(() => {
            setLeaving(true);
            void session.signOut(page ?? pathname + search);
          })
        }
      >
        {t('myInvitations.one.otherAccount')}
      </Button>
    </SpaceBetween>
  );
}
