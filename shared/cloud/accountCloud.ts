/** Existing clouds, as the provider's directory records them: whose they are, and who holds which role on them. Pure, but for the read. */
import type { Membership } from '../access/grants.ts';
import { mayOnPartnerAccount } from '../access/rolePermissions.ts';
import { accountCloudKey, type CloudSubject, partnerKey, type Subject } from '../table/keys.ts';
import { getItem } from '../table/table.ts';

/** The role on a cloud that a caller needs to link it. */
export const LINKING_ROLE = 'resource-manager.clouds.owner';

/** An existing cloud, as the provider has recorded it, with its link to a subaccount. */
export type AccountCloud = {
  /** The email address of the account that the cloud belongs to. Its person is the holder of the cloud. */
  account: string;
  name: string;
  /** By subject and role: since when the subject holds the role (RFC 3339), as the provider has recorded it. */
  grants: Record<CloudSubject, Record<string, string>>;
  /** The billing account that the provider bills it to. */
  billedTo?: string;
  outstandingCharges: boolean;
  /** The customer whose subaccount it is billed to here. */
  boundTo?: string;
  /** Goes up with each change of its grants, and with each record by the provider. */
  revision: number;
};

/** A role that a subject holds on a cloud. */
export type CloudRole = { subject: CloudSubject; roleId: string; grantedAt: string };

/** Whose roles on a cloud are meant: the caller's own, and those of the partner that it acts for. */
export type Asking = { subject: Subject; membership: Membership | undefined };

/** The existing cloud with this id; undefined if none is recorded. */
export async function loadAccountCloud(cloudId: string): Promise<AccountCloud | undefined> {
  return (await getItem(accountCloudKey(cloudId))) as AccountCloud | undefined;
}

/** The person whose account a cloud belongs to. */
export const holderOf = ({ account }: Pick<AccountCloud, 'account'>): Subject => `USER#${account}`;

/** All roles on a cloud, without those that its holder has automatically. */
const rolesOn = ({ grants }: AccountCloud): CloudRole[] =>
  (Object.keys(grants) as CloudSubject[]).flatMap((subject) =>
    Object.entries(grants[subject] ?? {}).map(([roleId, grantedAt]) => ({ subject, roleId, grantedAt })),
  );

/** The roles that a caller has on a cloud, without those that it has as the cloud's holder. */
export function rolesOf(cloud: AccountCloud, { subject, membership }: Asking): CloudRole[] {
  const partner = partnerToLinkFor(membership);
  return rolesOn(cloud).filter((role) => role.subject === subject || role.subject === partner);
}

/** The partner whose roles on clouds a member may use: its own roles on the partner account must allow linking. */
export const partnerToLinkFor = (membership: Membership | undefined): CloudSubject | undefined =>
  membership && mayOnPartnerAccount(membership.roles, 'linkCloud')
    ? (partnerKey(membership.partnerId).pk as CloudSubject)
    : undefined;

/** Whether a caller may know of a cloud: it has any role on it. */
export const knowsCloud = (cloud: AccountCloud, asking: Asking): boolean =>
  holderOf(cloud) === asking.subject || rolesOf(cloud, asking).length > 0;
