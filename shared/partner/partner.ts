/** Partners, as the provider has recorded them. */
import type * as z from 'zod/mini';
import type { partner } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import { partnerKey } from '../table/keys.ts';
import { getItem } from '../table/table.ts';

export type Partner = z.output<typeof partner>;

/** The partner with this id; undefined if none is recorded. */
export async function findPartner(partnerId: string): Promise<Partner | undefined> {
  const item = await getItem(partnerKey(partnerId));
  if (!item) return undefined;
  const { name = partnerId, paid = false, domains = [] } = item as Partial<Partner>;
  return { id: partnerId, name, paid, domains };
}

/** The partner with this id. If none is recorded: a partner that is named by its id and has no paid mode. */
export const loadPartner = async (partnerId: string): Promise<Partner> =>
  (await findPartner(partnerId)) ?? { id: partnerId, name: partnerId, paid: false, domains: [] };

/** @throws Problem PARTNER_NOT_FOUND if no partner with this id is recorded */
export async function requirePartner(partnerId: string): Promise<void> {
  if (await findPartner(partnerId)) return;
  throw new Problem(
    'PARTNER_NOT_FOUND',
    `There is no partner ${partnerId}. Record it first: PUT /v1/provider/partners.`,
  );
}

/**
 * @param doing what needs paid consumption mode, for the sentence `to …`
 * @throws Problem PARTNER_NOT_PAID; the customer's people can read it, too
 */
export function requirePaid({ name, paid }: Pick<Partner, 'name' | 'paid'>, doing: string): void {
  if (paid) return;
  throw new Problem(
    'PARTNER_NOT_PAID',
    `To ${doing}, the partner account of ${name} has to be in paid consumption mode. Only the provider switches it on: members of ${name} ask the provider, and customers ask ${name}.`,
    { members: { partnerName: name } },
  );
}

/** The partners with these ids, each once. */
export const loadPartners = (partnerIds: string[]): Promise<Partner[]> =>
  Promise.all([...new Set(partnerIds)].map(loadPartner));
