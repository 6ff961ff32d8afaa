/**
 * The pages of the portal. To add one: write it, name it here with the people to whom it is offered, and add its messages to
 * `messages/<language>`. A page is loaded when it is first opened.
 */
import { matchPath } from 'react-router';
import { type Part, part } from './part.tsx';
import { type Me, may, SECOND_FACTOR_PAGE } from './shell/me.ts';

export type PageEntry = {
  path: string;
  page: Part<object>;
  /** Whether the page makes sense for a person. The server decides about each action on it. */
  offered: (me: Me) => boolean;
  /** Whose page it is: people to whom it isn't offered read that, and whom to ask. */
  of: 'partner' | 'operator' | 'everybody';
  /** The page's name in the side navigation, if it stands there. */
  navigation?: 'customers' | 'members' | 'approvals' | 'myInvitations' | 'myClouds';
};

export const PAGES: PageEntry[] = [
  {
    path: '/customers',
    page: part(async () => (await import('./customers/Customers.tsx')).Customers),
    offered: (me) => may(me, 'listCustomers'),
    of: 'partner',
    navigation: 'customers',
  },
  {
    path: '/customers/add',
    page: part(async () => (await import('./customers/AddCustomers.tsx')).AddCustomers),
    offered: (me) => may(me, 'createCustomer'),
    of: 'partner',
  },
  {
    path: '/customers/imports',
    page: part(async () => (await import('./imports/ImportList.tsx')).ImportList),
    offered: (me) => may(me, 'createCustomer'),
    of: 'partner',
  },
  {
    path: '/customers/imports/:importId',
    page: part(async () => (await import('./imports/ImportPage.tsx')).ImportPage),
    offered: (me) => may(me, 'createCustomer'),
    of: 'partner',
  },
  {
    path: '/customers/:customerId',
    page: part(async () => (await import('./customer/CustomerPage.tsx')).CustomerPage),
    // The customer's own people may view it, too.
    offered: () => true,
    of: 'everybody',
  },
  {
    path: '/approvals',
    page: part(async () => (await import('./approvals/Approvals.tsx')).Approvals),
    offered: (me) => me.operator,
    of: 'operator',
    navigation: 'approvals',
  },
  {
    path: '/approvals/:customerId',
    page: part(async () => (await import('./approvals/ApprovalPage.tsx')).ApprovalPage),
    offered: (me) => me.operator,
    of: 'operator',
  },
  {
    path: '/members',
    page: part(async () => (await import('./members/Members.tsx')).Members),
    offered: (me) => may(me, 'viewAccount'),
    of: 'partner',
    navigation: 'members',
  },
  {
    path: '/my/invitations',
    page: part(async () => (await import('./myInvitations/MyInvitations.tsx')).MyInvitations),
    offered: () => true,
    of: 'everybody',
    navigation: 'myInvitations',
  },
  {
    path: '/my/clouds',
    page: part(async () => (await import('./myClouds/MyClouds.tsx')).MyClouds),
    offered: (me) => me.user.email !== null,
    of: 'everybody',
    navigation: 'myClouds',
  },
  {
    path: SECOND_FACTOR_PAGE,
    page: part(async () => (await import('./secondFactor/SecondFactor.tsx')).SecondFactor),
    offered: (me) => me.user.email !== null,
    of: 'everybody',
  },
  {
    path: '/my/invitations/:customerId',
    page: part(async () => (await import('./myInvitations/MyInvitation.tsx')).MyInvitation),
    offered: () => true,
    of: 'everybody',
  },
];

/** The page at a path. */
export const pageAt = (pathname: string): PageEntry | undefined => PAGES.find(({ path }) => matchPath(path, pathname));
