/** Existing clouds in the provider's directory: who holds which role on them, and which subaccount they are bound to. */
import type { Subject } from './keys.ts';
import { accountCloudKey } from './keys.ts';
import type { Program } from './program.ts';
import { getItem } from './table.ts';

/** The role on a cloud that linking it takes. */
export const LINKING_ROLE = 'resource-manager.clouds.owner';

const MINUTE_MS = 60_000;

/** A cloud that exists already, as the provider has recorded it, and the binding made here. */
export type AccountCloud = {
  account: string;
  name: string;
  /** Who holds which role since when. */
  grants: Record<Subject, Record<string, string>>;
  /** The billing account that the provider bills it to. */
  billedTo?: string;
  outstandingCharges: boolean;
  /** The subaccount that it was linked to here. */
  boundTo?: string;
  /** Goes up with each change of the grants. */
  revision: number;
};

export async function loadAccountCloud(cloudId: string): Promise<AccountCloud | undefined> {
  return (await getItem(accountCloudKey(cloudId))) as AccountCloud | undefined;
}

/** Why someone can't link a cloud, or undefined where nothing stands in the way. */
export function linkObstacle(
  cloud: AccountCloud,
  subject: Subject,
  now: Date,
  program: Program,
):
  | { reason: 'ALREADY_LINKED' }
  | { reason: 'ROLE_INSUFFICIENT' }
  | { reason: 'ROLE_TOO_RECENT'; linkableAt: string }
  | undefined {
  if (cloud.boundTo !== undefined) return { reason: 'ALREADY_LINKED' };
  const grantedAt = cloud.grants[subject]?.[LINKING_ROLE];
  if (grantedAt === undefined) return { reason: 'ROLE_INSUFFICIENT' };
  if (grantedAt <= propagatedBefore(now, program)) return undefined;
  return {
    reason: 'ROLE_TOO_RECENT',
    linkableAt: new Date(Date.parse(grantedAt) + propagationMs(program)).toISOString(),
  };
}

/** A role counts when it was granted at this moment or before. */
export const propagatedBefore = (now: Date, program: Program) =>
  new Date(now.getTime() - propagationMs(program)).toISOString();

const propagationMs = (program: Program) => program.rolePropagationMinutes * MINUTE_MS;
