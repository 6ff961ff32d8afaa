/** The files of a worker share a stack, in any order. Each sees its own partners, members, customers and mails, and no others. */
import { describe, expect, test } from 'vitest';
import type { LocalStack } from '../../local/localStack.ts';
import { testStack } from '../stack.ts';

const stacks = new Set<LocalStack>();

/** The tests of a file at any place in the order. */
function file(name: string): void {
  describe(name, () => {
    const portal = testStack();
    const { owner, at } = portal.partner;
    const { request, register, mailsTo } = portal;
    const list = async <Entry>(path: string, as: string): Promise<Entry[]> =>
      Object.values((await request<Record<string, Entry[]>>('GET', path, { as })).body)[0] ?? [];

    test('runs on the shared stack', () => {
      stacks.add(portal.stack);
      expect(stacks.size).toBe(1);
    });

    test('lists its own data, and none of a file that ran before it', async () => {
      const customer = await register({ email: at('same-mailbox') });
      expect((await list<{ id: string }>('/v1/customers', owner)).map(({ id }) => id)).toEqual([customer.id]);
      expect((await list<{ id: string }>('/v1/me/customers', at('same-mailbox'))).map(({ id }) => id)).toEqual([
        customer.id,
      ]);
      expect(await mailsTo(at('same-mailbox'))).toHaveLength(1);
      const members = await list<{ id: string }>('/v1/members', owner);
      expect(members).toHaveLength(6);
      expect(await list('/v1/customers', portal.otherPartner.owner)).toEqual([]);
    });
  });
}

file('a file');
file('another file');
file('a file after both');
