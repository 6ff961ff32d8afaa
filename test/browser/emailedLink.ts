/** An invited customer, the link of its mail, and what people do on the page behind it. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from 'playwright-core';
import { linkIn } from '../../local/inbox.ts';
import { customerKey, EVENT_PREFIX } from '../../shared/table/keys.ts';
import type { TestPortal } from '../stack.ts';
import { tableOf } from '../table.ts';

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
export const invites = /invites you to Yandex Cloud/;

type Invited = { id: string; link: string };

/** An invited customer, and the link from its mail. */
export async function invite(portal: TestPortal, fields: { name?: string; language?: string } = {}): Promise<Invited> {
  const { id, email } = await portal.register({ name: 'Mila Bakery', ...fields });
  const [mail] = await portal.mailsTo(email ?? '');
  return { id, link: linkIn(mail) };
}

/** All items of a customer. */
export async function stored(portal: TestPortal, id: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await tableOf(portal.stack).send(
    new QueryCommand({
      TableName: portal.stack.dynamoDb.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': customerKey(id).pk },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** The types of a customer's events, oldest first. */
export async function events(portal: TestPortal, id: string): Promise<unknown[]> {
  const items = await stored(portal, id);
  return items.filter(({ sk }) => String(sk).startsWith(EVENT_PREFIX)).map(({ type }) => type);
}

/** The link with another MAC, which proves nothing. */
export const withoutProof = (link: string) => link.slice(0, -43) + 'A'.repeat(43);

/** The number of answers that the page has sent. */
export function countAnswers(page: Page): () => number {
  let answers = 0;
  page.on('request', (request) => {
    if (/\/v1\/invites\/(accept|decline)$/.test(request.url())) answers++;
  });
  return () => answers;
}
