import { addCustomers } from './addCustomers.ts';
import { clouds } from './clouds.ts';
import { customers } from './customers.ts';
import { shell } from './shell.ts';

/** The messages of all pages: a file for each, the same in every language. */
export const messages = { ...shell, ...customers, ...addCustomers, ...clouds };
