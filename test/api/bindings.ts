import { expect } from 'vitest';
import type { TestPortal } from '../stack.ts';

type Binding = { roleId: string; subject: { id: string; type: string }; resource: string };

/** All bindings of a customer, read page by page: `<resource> <role> <id>`. */
export async function bindingsOf(
  { request, partner }: TestPortal,
  id: string,
  { as = partner.owner, pageSize = 100 } = {},
): Promise<string[]> {
  const all: string[] = [];
  let pageToken = '';
  do {
    const page = await request<{ accessBindings: Binding[]; nextPageToken?: string }>(
      'GET',
      `/v1/customers/${id}/access?pageSize=${pageSize}${pageToken && `&pageToken=${pageToken}`}`,
      { as },
    );
    expect(page).toMatchObject({ status: 200 });
    expect(page.body.accessBindings.length).toBeLessThanOrEqual(pageSize);
    all.push(...page.body.accessBindings.map(({ resource, roleId, subject }) => `${resource} ${roleId} ${subject.id}`));
    pageToken = page.body.nextPageToken ?? '';
    expect(pageToken.length).toBeLessThanOrEqual(100);
  } while (pageToken);
  return all;
}
