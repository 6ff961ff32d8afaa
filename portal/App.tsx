import Button from '@cloudscape-design/components/button';
import I18nProvider from '@cloudscape-design/components/i18n';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { createClient } from '../shared/client/client.ts';
import { getMe, listMyCustomers, listMyMemberships } from '../shared/contract/contract.ts';
import { createQueries } from './api/queries.ts';
import { ClientProvider, useRead } from './api/useApi.ts';
import type { PortalConfig } from './config.ts';
import { signOutAsked } from './imports/beforeSignOut.ts';
import { ImportJobs } from './imports/ImportJobs.tsx';
import { messagesOfComponents } from './language/language.ts';
import { PAGES, type PageEntry, pageAt } from './pages.ts';
import { part } from './part.tsx';
import { Alone } from './shell/Alone.tsx';
import { CrashBoundary } from './shell/Crash.tsx';
import { ConfigProvider, MeProvider, useMe } from './shell/me.ts';
import { NoPartner } from './shell/NoPartner.tsx';
import { NotFound } from './shell/NotFound.tsx';
import { Notifications } from './shell/notifications.tsx';
import { useProblemText } from './shell/problemText.ts';
import { Shell } from './shell/Shell.tsx';
import { Waiting } from './shell/Waiting.tsx';
import { SignedIn } from './signIn/SignedIn.tsx';
import type { Session } from './signIn/session.ts';

// Few people see it.
const NotOffered = part(async () => (await import('./shell/NotOffered.tsx')).NotOffered);

export function App({ config, session }: { config: PortalConfig; session: Session }) {
  const { i18n } = useTranslation();
  const { client, queries } = useMemo(() => ({ client: createClient(session), queries: createQueries() }), [session]);
  return (
    <I18nProvider locale={i18n.language} messages={[messagesOfComponents(i18n.language)]}>
      <ConfigProvider value={config}>
        <SignedIn session={session}>
          <ClientProvider value={client}>
            <QueryClientProvider client={queries}>
              <BrowserRouter>
                <Pages signOut={() => signOutAsked(() => void session.signOut())} />
              </BrowserRouter>
            </QueryClientProvider>
          </ClientProvider>
        </SignedIn>
      </ConfigProvider>
    </I18nProvider>
  );
}

function Pages({ signOut }: { signOut: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const problemText = useProblemText();
  const { data: me, error, refetch } = useRead(getMe, {});
  // While the person is being read. A page that `Suspense` has to wait for is shown 300 ms later (React, FALLBACK_THROTTLE_MS).
  useEffect(() => pageAt(pathname)?.page.load(), [pathname]);
  if (!me && error)
    return (
      <Alone
        type="error"
        title={t('problem.title')}
        action={<Button onClick={() => void refetch()}>{t('retry')}</Button>}
      >
        {problemText(error)}
      </Alone>
    );
  if (!me) return <Waiting text={t('loading')} />;
  return (
    <MeProvider value={me}>
      <Notifications>
        <ImportJobs />
        <Shell signOut={signOut}>
          <CrashBoundary page={pathname}>
            <Suspense fallback={<Waiting text={t('loading')} />}>
              <Routes>
                <Route path="/" element={<First />} />
                {PAGES.map(({ path, page: PageOf, offered, of }) => (
                  <Route key={path} path={path} element={offered(me) ? <PageOf /> : <Closed of={of} />} />
                ))}
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </CrashBoundary>
        </Shell>
      </Notifications>
    </MeProvider>
  );
}

/** Leads from the portal's address to the first page that is offered; a person without a partner, to their invitations. */
function First() {
  const { t } = useTranslation();
  const me = useMe();
  const belongs = me.partner !== null || me.operator;
  const customers = useRead(listMyCustomers, {}, { enabled: !belongs });
  const memberships = useRead(listMyMemberships, {}, { enabled: !belongs });
  if (!belongs && (customers.isPending || memberships.isPending)) return <Waiting text={t('loading')} />;
  const [mine, offered] = [customers.data, memberships.data];
  const isInvited =
    (mine && (mine.customers.length > 0 || mine.nextPageToken !== undefined)) ||
    (offered && (offered.memberships.length > 0 || offered.nextPageToken !== undefined));
  const first = PAGES.find(({ navigation, offered: isOffered }) =>
    belongs ? navigation !== undefined && isOffered(me) : isInvited && navigation === 'myInvitations',
  );
  return first ? <Navigate to={first.path} replace /> : <NoPartner />;
}

/** In the place of a page that isn't offered to the person. */
function Closed({ of }: Pick<PageEntry, 'of'>) {
  const { partner, operator } = useMe();
  return partner || operator || of === 'operator' ? <NotOffered of={of} /> : <NoPartner />;
}
