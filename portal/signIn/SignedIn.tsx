import Button from '@cloudscape-design/components/button';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuthProvider, hasAuthParams, useAuth } from 'react-oidc-context';
import { Alone } from '../shell/Alone.tsx';
import { useOnline } from '../shell/useOnline.ts';
import { Waiting } from '../shell/Waiting.tsx';
import type { Session, SignedOut } from './session.ts';

const SessionContext = createContext<Session | undefined>(undefined);

/** The session of the person who is signed in. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside SignedIn');
  return session;
}

/** Shows the pages to a person who is signed in, and leads everyone else to the issuer's page first. */
export function SignedIn({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <AuthProvider
      userManager={session.users}
      onSigninCallback={(user) => history.replaceState({}, '', session.signedIn(user?.state))}
    >
      <SessionContext value={session}>
        <Gate session={session}>{children}</Gate>
      </SessionContext>
    </AuthProvider>
  );
}

function Gate({ session, children }: { session: Session; children: ReactNode }) {
  const { t } = useTranslation();
  const { user, isLoading, error } = useAuth();
  // An expired or renewing session doesn't close the open page: the next request finds out.
  const signedIn = user != null;
  const [hasFailed, setFailed] = useState(false);
  const [left, setLeft] = useState<SignedOut>();
  const mustSignIn = !signedIn && !isLoading && !error && !left && !hasAuthParams();
  useEffect(() => {
    if (mustSignIn) session.signIn().catch(() => setFailed(true));
  }, [mustSignIn, session]);
  useEffect(() => session.onSignedOut(setLeft), [session]);

  const again = () => {
    // A reload removes all that is left of the ended session.
    if (left) return location.reload();
    // The issuer accepts a code only once.
    if (hasAuthParams()) history.replaceState({}, '', '/');
    session.signIn().catch(() => setFailed(true));
  };
  // The issuer couldn't be reached.
  useOnline(() => {
    if (hasFailed && !left) again();
  });

  if (signedIn && !left) return children;
  if (!error && !hasFailed && !left) return <Waiting text={t('signIn.underWay')} />;
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
