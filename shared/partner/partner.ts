/** Partners, as the provider has recorded them. */
import type * as z from 'zod/mini';
import type { partner } from '../contract/contract.ts';
import { partnerKey } from '../table/keys.ts';
import { getItem } from '../table/table.ts';

export type Partner = z.output<typeof partner>;

/** The partner with this id. If none is recorded: a partner that is named by its id and has no paid mode. */
export async function loadPartner(partnerId: string): Promise<Partner> {
  const { name = partnerId, paid = false } = ((await getItem(partnerKey(partnerId))) ?? {}) as Partial<Partner>;
  return { id: partnerId, name, paid };
}

/** The partners with these ids, each once. */
export const loadPartners = (partnerIds: string[]): Promise<Partner[]> =>
  Promise.all([...new Set(partnerIds)].map(loadPartner));
