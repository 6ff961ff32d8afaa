import { addCustomers } from './addCustomers.ts';
import { clouds } from './clouds.ts';
import { customers } from './customers.ts';
import { shell } from './shell.ts';

export const messages = { ...shell, ...customers, ...addCustomers, ...clouds };
