import { anyMemberFromItem, isOpen, memberAnswer } from '../shared/access/member.ts';
import { listMembers } from '../shared/contract/contract.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { membersOf } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Lists the partner's members, invited ones too, in alphabetical order. A page is short if invitations on it have lapsed. */
export const handler = serve(
  forPartner(listMembers, async ({ query: page, membership, now }) => {
    const { partnerId } = membership;
    const scope = `${listMembers.name} ${partnerId}`;
    const { limit, position } = readPage(page, scope);
    const [after] = position ?? [];
    const { items, last } = await query({
      index: 'byName',
      // `nameKey` is unique among members: a condition on it finds the next page, without a start position.
      condition: after === undefined ? 'listOf = :members' : 'listOf = :members AND nameKey > :after',
      values: { ':members': membersOf(partnerId), ...(after !== undefined && { ':after': after }) },
      fromToken: after !== undefined,
      limit,
    });
    return {
      answer: {
        members: items
          .map(anyMemberFromItem)
          .filter((member) => isOpen(member.lapsesAt, now))
          .map(memberAnswer),
        ...(last && { nextPageToken: pageToken([String(last['nameKey'])], scope) }),
      },
    };
  }),
);
