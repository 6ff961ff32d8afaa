import { loadMember, memberElsewhere, membershipWrites } from '../shared/access/member.ts';
import { putPartner } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { OWNER_ROLE } from '../shared/contract/roles.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { partnerEvent } from '../shared/partner/events.ts';
import { findPartner, type Partner } from '../shared/partner/partner.ts';
import { domainKey, partnerKey, type Subject } from '../shared/table/keys.ts';
import { type Alongside, put, remove, retryConflicts, transact, upsert } from '../shared/table/table.ts';

/**
 * Records a partner, its own email domains and its first owners, who then invite the other members. A member named as owner becomes an
 * owner. Owners and domains that the request leaves out stay as they are.
 */
export const handler = serve(
  forOperator(putPartner, async ({ path, body, caller, now }) => {
    const { partnerId = '' } = path;
    const owners = [...new Set(body.owners)];
    const actor = `OPERATOR#${caller.id}` as const;
    const recorded = await retryConflicts(async () => {
      const before = await findPartner(partnerId);
      const { name, paid } = body;
      const domains = body.domains ? [...new Set(body.domains)].sort() : (before?.domains ?? []);
      const after: Partner = { id: partnerId, name, paid, domains };
      const members = await Promise.all(
        owners.map(async (email) => {
          const subject: Subject = `USER#${email}`;
          const member = await loadMember(subject);
          if (member && member.partnerId !== partnerId) throw memberElsewhere(email, 'owners');
          const { roles = [], federated = false } = member ?? {};
          return { subject, before: member, after: { roles: [...new Set([...roles, OWNER_ROLE])].sort(), federated } };
        }),
      );
      const added = members.filter(({ before: member }) => !member?.roles.includes(OWNER_ROLE));
      const changed = changesOf(before, after);
      const done = await transact([
        {
          write: upsert(
            partnerKey(partnerId),
            'SET #name = :name, paid = :paid, domains = :domains ADD ownerCount :added',
            {
              // The event tells the changes, and each domain has an item of its own: all fields have to be as they were read.
              condition: [
                '(attribute_not_exists(#name) OR #name = :nameBefore)',
                '(attribute_not_exists(paid) OR paid = :paidBefore)',
                '(attribute_not_exists(domains) OR domains = :domainsBefore)',
              ].join(' AND '),
              names: { '#name': 'name' },
              values: {
                ':name': name,
                ':paid': paid,
                ':domains': domains,
                ':added': added.length,
                ':nameBefore': before?.name ?? '',
                ':paidBefore': before?.paid ?? false,
                ':domainsBefore': before?.domains ?? [],
              },
            },
          ),
          refused: 'conflict',
        },
        ...domainWrites(partnerId, before?.domains ?? [], domains),
        // The first write counts the new owners.
        ...added.flatMap((member) =>
          membershipWrites({
            ...member,
            partnerId,
            type: member.before ? 'MemberChanged' : 'MemberAdded',
            actor,
            now,
          }),
        ),
        ...(Object.keys(changed).length > 0
          ? [partnerEvent(partnerId, { type: 'PartnerUpdated', at: now, actor, data: changed })]
          : []),
      ]);
      return done === 'conflict' ? 'conflict' : after;
    });
    return { answer: recorded };
  }),
);

/** The fields of a partner that a request changes, with their new values. */
function changesOf(before: Partner | undefined, { name, paid, domains }: Partner): Partial<Partner> {
  return {
    ...(before?.name !== name && { name }),
    ...(before?.paid !== paid && { paid }),
    ...((before?.domains ?? []).join() !== domains.join() && { domains }),
  };
}

/** The writes that make domains belong to the partner, and release the others. */
function domainWrites(partnerId: string, before: string[], after: string[]): Alongside[] {
  const ofPartner = { values: { ':partnerId': partnerId } };
  return [
    ...after
      .filter((domain) => !before.includes(domain))
      .map((domain) => ({
        write: put(
          { ...domainKey(domain), partnerId },
          { condition: 'attribute_not_exists(pk) OR partnerId = :partnerId', ...ofPartner },
        ),
        refused: domainElsewhere(domain),
      })),
    ...before
      .filter((domain) => !after.includes(domain))
      .map((domain) => ({
        write: remove(domainKey(domain), { condition: 'partnerId = :partnerId', ...ofPartner }),
        refused: 'conflict' as const,
      })),
  ];
}

function domainElsewhere(domain: string): Problem {
  const message = `${domain} is a domain of another partner`;
  return new Problem('DOMAIN_ELSEWHERE', `${message}. Take it from that partner first.`, {
    errors: [{ path: 'domains', message, code: 'DOMAIN_ELSEWHERE', values: { domain } }],
  });
}
