/**
 * The pages of the portal. To add one, write it, name it here with who it is offered to, and give it its messages in
 * `messages/<language>`. Each is loaded when it is first opened.
 */
import type { ComponentType } from 'react';
import { part } from './part.tsx';
import { type Me, may } from './shell/me.ts';

export type PageEntry = {
  path: string;
  page: ComponentType;
  /** Whether it makes sense for somebody; the server decides about everything that is done there. */
  offered: (me: Me) => boolean;
  /** Its name in the side navigation, for one that stands there. */
  navigation?: 'customers' | 'members' | 'approvals' | 'myInvitations';
};

export const PAGES: PageEntry[] = [
  {
    path: '/customers',
    page: part(async () => (await import('./customers/Customers.tsx')).Customers),
    offered: (me) => may(me, 'listCustomers'),
    navigation: 'customers',
  },
  {
    path: '/customers/add',
    page: part(async () => (await import('./customers/AddCustomers.tsx')).AddCustomers),
    offered: (me) => may(me, 'createCustomer'),
  },
  {
    path: '/customers/:customerId',
    page: part(async () => (await import('./customer/CustomerPage.tsx')).CustomerPage),
    // A customer's own people may view it as well.
    offered: () => true,
  },
  {
    path: '/approvals',
    page: part(async () => (await import('./approvals/Approvals.tsx')).Approvals),
    offered: (me) => me.operator,
    navigation: 'approvals',
  },
  {
    path: '/approvals/:customerId',
    page: part(async () => (await import('./approvals/ApprovalPage.tsx')).ApprovalPage),
    offered: (me) => me.operator,
  },
  {
    path: '/members',
    page: part(async () => (await import('./members/Members.tsx')).Members),
    offered: (me) => may(me, 'viewAccount'),
    navigation: 'members',
  },
  {
    path: '/my/invitations',
    page: part(async () => (await import('./myInvitations/MyInvitations.tsx')).MyInvitations),
    offered: () => true,
    navigation: 'myInvitations',
  },
  {
    path: '/my/invitations/:customerId',
    page: part(async () => (await import('./myInvitations/MyInvitation.tsx')).MyInvitation),
    offered: () => true,
  },
];
