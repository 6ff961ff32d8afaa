import { memberAnswer, memberFromItem } from '../shared/access/member.ts';
import { listMembers } from '../shared/contract/contract.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { membersOf } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** A page of the partner's members, in alphabetical order. */
export const handler = serve(
  forPartner(listMembers, async ({ query: page, membership }) => {
    const { partnerId } = membership;
    const scope = `${listMembers.name} ${partnerId}`;
    const { limit, position } = readPage(page, scope);
    const [after] = position ?? [];
    const { items, last } = await query({
      index: 'byName',
      // Each member's key is its own, so that what comes after one is a condition, and needs no position.
      condition: after === undefined ? 'listOf = :members' : 'listOf = :members AND nameKey > :after',
      values: { ':members': membersOf(partnerId), ...(after !== undefined && { ':after': after }) },
      fromToken: after !== undefined,
      limit,
    });
    return {
      answer: {
        members: items.map(memberFromItem).map(memberAnswer),
        ...(last && { nextPageToken: pageToken([String(last['nameKey'])], scope) }),
      },
    };
  }),
);
