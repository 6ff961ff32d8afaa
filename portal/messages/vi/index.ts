import { access } from './access.ts';
import { addCustomers } from './addCustomers.ts';
import { approvals } from './approvals.ts';
import { clouds } from './clouds.ts';
import { customer } from './customer.ts';
import { customers } from './customers.ts';
import { history } from './history.ts';
import { imports } from './imports.ts';
import { members } from './members.ts';
import { myClouds } from './myClouds.ts';
import { myInvitations } from './myInvitations.ts';
import { secondFactor } from './secondFactor.ts';
import { shell } from './shell.ts';

export const messages = {
  ...shell,
  ...customers,
  ...addCustomers,
  ...imports,
  ...customer,
  ...clouds,
  ...access,
  ...history,
  ...myInvitations,
  ...myClouds,
  ...approvals,
  ...members,
  ...secondFactor,
};
