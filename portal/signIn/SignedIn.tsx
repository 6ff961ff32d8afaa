import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuthProvider, hasAuthParams, useAuth } from 'react-oidc-context';
import { Waiting } from '../shell/Waiting.tsx';
import { type Session, wantedPage } from './session.ts';

/** Shows the pages to who is signed in, and takes everybody else to the issuer's page first. */
export function SignedIn({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <AuthProvider
      userManager={session.users}
      onSigninCallback={(user) => history.replaceState({}, '', wantedPage(user?.state))}
    >
      <Gate session={session}>{children}</Gate>
    </AuthProvider>
  );
}

function Gate({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useTranslation();
  const { user, isLoading, error } = useAuth();
  // A page that is open stays open while its session is renewed, or has ended: the API says so when it is asked.
  const signedIn = user != null;
  const mustSignIn = !signedIn && !isLoading && !error && !hasAuthParams();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    if (mustSignIn) session.signIn().catch(() => setFailed(true));
  }, [mustSignIn, session]);

  if (signedIn) return children;
  if (!error && !hasFailed) return <Waiting text={t('signIn.underWay')} />;
  return (
    <Box padding="xxl">
      <Alert
        type="error"
        header={t('signIn.failed')}
        action={
          <Button
            onClick={() => {
              // A code that didn't work, works no better a second time.
              if (hasAuthParams()) history.replaceState({}, '', '/');
              session.signIn().catch(() => setFailed(true));
            }}
          >
            {t('signIn.again')}
          </Button>
        }
      >
        {t('signIn.failedText')}
      </Alert>
    </Box>
  );
}
