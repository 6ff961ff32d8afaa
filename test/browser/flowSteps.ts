/** Steps of the stories in which a partner and its customers use the pages, and what the service then has stored. */
import type { Page } from 'playwright-core';
import { OWNER, type TestPortal } from '../stack.ts';

export const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
export const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
export const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
export const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
export const nameField = (page: Page) => page.getByLabel('Name', { exact: true });
export const emailField = (page: Page) => page.getByLabel('Email', { exact: true });
export const dialog = (page: Page) => page.getByRole('dialog');

/** The names of the customers that a search finds. */
export async function registered(portal: TestPortal, query: string): Promise<string[]> {
  const path = `/v1/customers?query=${encodeURIComponent(query)}`;
  const { body } = await portal.request<{ customers: { name: string }[] }>('GET', path, { as: OWNER });
  return body.customers.map(({ name }) => name);
}

export async function cloudNames(portal: TestPortal, customerId: string): Promise<string[]> {
  const path = `/v1/customers/${customerId}/clouds`;
  const { body } = await portal.request<{ clouds: { name: string }[] }>('GET', path, { as: OWNER });
  return body.clouds.map(({ name }) => name).sort();
}
