import Button from '@cloudscape-design/components/button';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigationType } from 'react-router';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { changeLanguage, LANGUAGE_NAMES, type Language } from '../language/language.ts';
import { chooseMode, chosenMode, MODES, type ModeChoice } from '../mode.ts';
import { PAGES } from '../pages.ts';
import { SECOND_FACTOR_PAGE, useConfig, useMe } from './me.ts';
import { useNotify, useShownNotifications } from './notifications.tsx';
import { usePageName } from './programLabel.ts';
import './shell.css';
import { useFollow } from './useFollow.ts';
import { useKeepFocus } from './useKeepFocus.ts';

/**
 * The frame of all pages: who is signed in, language, appearance and navigation. The design system's AppLayout contains three generations
 * of itself, and would be a third of the code that the first page loads.
 */
export function Shell({ signOut, children }: { signOut: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const me = useMe();
  const { pathname } = useLocation();
  const notifications = useShownNotifications();
  const follow = useFollow();
  const nameOf = usePageName();
  /** On narrow screens the navigation is opened and closed. */
  const [navigationOpen, setNavigationOpen] = useState(false);
  const isReturn = useNavigationType() === 'POP';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect runs when the page changes
  useEffect(() => {
    setNavigationOpen(false);
    // When a person goes back, the browser restores the position itself.
    if (!isReturn) scrollTo(0, 0);
  }, [pathname]);
  // The portal's address redirects at once: nothing there has had the focus.
  useKeepFocus(pathname === '/' ? '' : pathname);
  const offered = PAGES.filter(({ navigation, offered: isOffered }) => navigation !== undefined && isOffered(me));
  const active = offered.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <>
      {/* Not a link: its address would add an entry to the history, and lose which page of a list is open. */}
      <button type="button" className="skip" onClick={() => document.getElementById('page')?.focus()}>
        {t('skip')}
      </button>
      <div className="top">
        <Top signOut={signOut} />
      </div>
      <div className="shell">
        {offered.length > 0 && (
          <nav aria-label={t('navigation.label')} className={navigationOpen ? 'open' : ''}>
            <div className="toggle">
              <Button
                variant="icon"
                iconName={navigationOpen ? 'close' : 'menu'}
                ariaLabel={t(navigationOpen ? 'navigation.close' : 'navigation.open')}
                ariaExpanded={navigationOpen}
                onClick={() => setNavigationOpen(!navigationOpen)}
              />
            </div>
            <div className="pages">
              <SideNavigation
                activeHref={active?.path ?? ''}
                items={offered.flatMap(({ path, navigation }) =>
                  navigation ? [{ type: 'link' as const, text: nameOf(navigation), href: path }] : [],
                )}
                onFollow={follow}
              />
            </div>
          </nav>
        )}
        <main id="page" tabIndex={-1}>
          <div className="notifications">
            <Flashbar items={notifications} />
          </div>
          {children}
        </main>
      </div>
    </>
  );
}

function Top({ signOut }: { signOut: () => void }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const { brandName, oidc } = useConfig();
  const follow = useFollow();
  const notify = useNotify();
  const [mode, setMode] = useState(chosenMode);
  const name = me.user.email ?? me.user.id;
  const belongs = me.partner?.name ?? (me.operator ? t('account.operator') : t('account.noPartner'));
  const utilities: TopNavigationProps.Utility[] = [
    {
      type: 'menu-dropdown',
      text: LANGUAGE_NAMES[i18n.language as Language],
      ariaLabel: `${t('account.language')}: ${LANGUAGE_NAMES[i18n.language as Language]}`,
      title: t('account.language'),
      items: LANGUAGES.map((language) => ({ id: language, text: LANGUAGE_NAMES[language], lang: language })),
      onItemClick: ({ detail }) => {
        changeLanguage(detail.id as Language).catch(() => notify({ type: 'warning', content: t('problem.noAnswer') }));
      },
    },
    {
      type: 'menu-dropdown',
      iconName: 'settings',
      ariaLabel: t('account.mode'),
      title: t('account.mode'),
      items: MODES.map((each) => ({
        id: each,
        itemType: 'checkbox' as const,
        checked: each === mode,
        text: t(`account.modes.${each}`),
      })),
      onItemClick: ({ detail }) => {
        chooseMode(detail.id as ModeChoice);
        setMode(detail.id as ModeChoice);
      },
    },
    {
      type: 'menu-dropdown',
      text: name,
      // The button may cut a long address.
      description: name,
      iconName: 'user-profile',
      items: [
        {
          id: 'belongs',
          text: belongs,
          items: [
            ...(oidc.secondFactorUrl === undefined
              ? []
              : [{ id: 'secondFactor', text: t('secondFactor.title'), href: SECOND_FACTOR_PAGE }]),
            { id: 'signOut', text: t('account.signOut') },
          ],
        },
      ],
      onItemClick: ({ detail }) => detail.id === 'signOut' && signOut(),
      onItemFollow: follow,
    },
  ];
  return (
    <TopNavigation
      identity={{
        href: '/',
        title: `${brandName} · ${t('portal')}`,
        onFollow: (event) => follow({ preventDefault: () => event.preventDefault(), detail: { href: '/' } }),
      }}
      utilities={utilities}
    />
  );
}
