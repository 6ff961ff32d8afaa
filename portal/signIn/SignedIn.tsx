import Button from '@cloudscape-design/components/button';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuthProvider, hasAuthParams, useAuth } from 'react-oidc-context';
import { Alone } from '../shell/Alone.tsx';
import { Waiting } from '../shell/Waiting.tsx';
import { type Session, type SignedOut, wantedPage } from './session.ts';

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
  const [hasFailed, setFailed] = useState(false);
  const [left, setLeft] = useState<SignedOut>();
  const mustSignIn = !signedIn && !isLoading && !error && !left && !hasAuthParams();
  useEffect(() => {
    if (mustSignIn) session.signIn().catch(() => setFailed(true));
  }, [mustSignIn, session]);
  useEffect(() => session.onSignedOut(setLeft), [session]);

  if (signedIn && !left) return children;
  if (!error && !hasFailed && !left) return <Waiting text={t('signIn.underWay')} />;
  const again = () => {
    // Nothing of the session that has ended is left then.
    if (left) return location.reload();
    // A code that didn't work, works no better a second time.
    if (hasAuthParams()) history.replaceState({}, '', '/');
    session.signIn().catch(() => setFailed(true));
  };
  return (
    <Alone
      type={left ? 'info' : 'error'}
      title={t(left ? 'signIn.out' : 'signIn.failed')}
      action={<Button onClick={again}>{t('signIn.again')}</Button>}
    >
      {t(left ? `signIn.outText.${left}` : 'signIn.failedText')}
    </Alone>
  );
}
