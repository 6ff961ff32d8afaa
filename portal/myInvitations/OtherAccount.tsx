import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../shell/me.ts';
import { answerPage } from '../signIn/confirmIntent.ts';
import { useSession } from '../signIn/SignedIn.tsx';

/** For a person who is signed in with another address than the invited one: signs out, and leads back to the invitation. */
export function OtherAccount({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const session = useSession();
  const [isLeaving, setLeaving] = useState(false);
  return (
    <SpaceBetween size="xs">
      <Box>{t('myInvitations.one.signedInAs', { email: me.user.email ?? me.user.id })}</Box>
      <Button
        loading={isLeaving}
        onClick={() => {
          setLeaving(true);
          void session.signOut(answerPage(customerId));
        }}
      >
        {t('myInvitations.one.otherAccount')}
      </Button>
    </SpaceBetween>
  );
}
