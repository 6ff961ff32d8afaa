/**
 * Existing clouds: whose they are, and who holds which role on them. The provider's directory records roles, and the holder of a cloud
 * grants and revokes them. Pure, but for the read.
 */
import type { Membership } from '../access/grants.ts';
import { mayOnPartnerAccount } from '../access/rolePermissions.ts';
import { Problem } from '../contract/problem.ts';
import type { CloudDelta } from '../customer/command.ts';
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
  /** By subject and role: what the holder has decided about it, until the provider records a later grant. Absent: nothing yet. */
  decisions?: Decisions;
  /** The billing account that the provider bills it to, if it isn't billed to the account's own person and isn't linked here. */
  billedTo?: string;
  outstandingCharges: boolean;
  /** The customer whose subaccount it is billed to here. */
  boundTo?: string;
  /** Goes up with each change of its grants, and with each record by the provider. */
  revision: number;
};

/** A decision of the holder about a role of a subject. It applies instead of the provider's grants up to `at` (RFC 3339). */
export type Decision = { at: string } & ({ granted: true; grantedAt: string; expiresAt?: string } | { granted: false });
export type Decisions = Record<CloudSubject, Record<string, Decision>>;

/** A role that a subject holds on a cloud. */
export type CloudRole = { subject: CloudSubject; roleId: string; grantedAt: string; expiresAt?: string };

/** Whose roles on a cloud are meant: the caller's own, and those of the partner that it acts for. */
export type Asking = { subject: Subject; membership: Membership | undefined };

/** The existing cloud with this id; undefined if none is recorded under an account. */
export async function loadAccountCloud(cloudId: string): Promise<AccountCloud | undefined> {
  const cloud = await getItem(accountCloudKey(cloudId));
  return cloud?.['account'] === undefined ? undefined : (cloud as unknown as AccountCloud);
}

/** The person whose account a cloud belongs to. */
export const holderOf = ({ account }: Pick<AccountCloud, 'account'>): Subject => `USER#${account}`;

/** All roles on a cloud at a moment, without those that its holder has automatically. */
export function rolesOn(cloud: Pick<AccountCloud, 'account' | 'grants' | 'decisions'>, now: Date): CloudRole[] {
  const { grants, decisions = {} } = cloud;
  const holder = holderOf(cloud);
  const subjects = [...new Set([...Object.keys(grants), ...Object.keys(decisions)])] as CloudSubject[];
  return subjects
    .filter((subject) => subject !== holder)
    .flatMap((subject) => {
      const roleIds = new Set([...Object.keys(grants[subject] ?? {}), ...Object.keys(decisions[subject] ?? {})]);
      return [...roleIds].flatMap((roleId) => roleNow(cloud, subject, roleId, now) ?? []);
    });
}

/** A subject's role on a cloud, if the subject holds the role at this moment. */
function roleNow(
  { grants, decisions }: Pick<AccountCloud, 'grants' | 'decisions'>,
  subject: CloudSubject,
  roleId: string,
  now: Date,
): CloudRole | undefined {
  const recorded = ofRole(grants[subject], roleId);
  const decision = ofRole(decisions?.[subject], roleId);
  if (!decision || isOutdated(decision, recorded)) {
    return recorded === undefined ? undefined : { subject, roleId, grantedAt: recorded };
  }
  if (!decision.granted || (decision.expiresAt ?? FOR_GOOD) <= now.toISOString()) return undefined;
  const { grantedAt, expiresAt } = decision;
  return { subject, roleId, grantedAt, ...(expiresAt !== undefined && { expiresAt }) };
}

/** The entry of a role, whose name may be that of a property that every object has. */
const ofRole = <Entry>(entries: Record<string, Entry> | undefined, roleId: string): Entry | undefined =>
  entries && Object.hasOwn(entries, roleId) ? entries[roleId] : undefined;

/** Sorts after every moment. */
const FOR_GOOD = '~';

/** Whether the provider has recorded a grant that is later than a decision of the holder. */
const isOutdated = ({ at }: Decision, recorded: string | undefined): boolean => recorded !== undefined && recorded > at;

/** The decisions of the holder that still apply beside these grants of the provider's. */
export function decisionsBeside(grants: AccountCloud['grants'], decisions: Decisions): Decisions {
  const kept: Decisions = {};
  for (const { subject, roleId, decision } of listed(decisions)) {
    if (!isOutdated(decision, ofRole(grants[subject], roleId)))
      kept[subject] = { ...kept[subject], [roleId]: decision };
  }
  return kept;
}

/** Most decisions that a cloud keeps. All of them with the longest ids fit DynamoDB's 400 KB, together with the provider's grants. */
const MAX_DECISIONS = 300;

/**
 * Applies changes by the holder to a cloud, one after the other. A decision that changes nothing at this moment is stored, too: the
 * provider may not have recorded an earlier grant yet, or may record that it ended.
 *
 * @returns the cloud afterwards, and the changes that changed something
 * @throws Problem TOO_MANY_BINDINGS
 */
export function decide(
  cloud: AccountCloud,
  deltas: CloudDelta[],
  now: Date,
): { after: AccountCloud; effective: CloudDelta[] } {
  const { grants } = cloud;
  let decisions: Decisions = cloud.decisions ?? {};
  const effective: CloudDelta[] = [];
  for (const delta of deltas) {
    const { action, roleId, expiresAt } = delta;
    const subject: CloudSubject = `${delta.subject.type}#${delta.subject.id}`;
    const held = roleNow({ grants, decisions }, subject, roleId, now);
    const isSo = action === 'ADD' ? held !== undefined && held.expiresAt === expiresAt : held === undefined;
    if (!isSo) effective.push(delta);
    // The provider's clock may be ahead, so that its grant is later than this moment.
    const at = [now.toISOString(), ofRole(grants[subject], roleId) ?? ''].sort().at(-1) ?? '';
    const decision: Decision =
      action === 'REMOVE'
        ? { at, granted: false }
        : {
            at,
            granted: true,
            grantedAt: held?.grantedAt ?? now.toISOString(),
            ...(expiresAt !== undefined && { expiresAt }),
          };
    decisions = { ...decisions, [subject]: { ...decisions[subject], [roleId]: decision } };
  }
  decisions = withinLimit(grants, decisions, now);
  // A role can be revoked in any case.
  if (listed(decisions).length > MAX_DECISIONS && effective.some(({ action }) => action === 'ADD')) {
    throw new Problem(
      'TOO_MANY_BINDINGS',
      `A cloud keeps at most ${MAX_DECISIONS} roles that its holder has granted or revoked. Revoke a role that nobody needs any more, then grant this one.`,
      { members: { max: MAX_DECISIONS } },
    );
  }
  return { after: { ...cloud, decisions, revision: cloud.revision + 1 }, effective };
}

/**
 * The decisions without the oldest ones beyond the limit that grant no role now (revoked or ended), if the provider has recorded no grant
 * either. They only matter for an older grant that the provider has not recorded until now.
 */
function withinLimit(grants: AccountCloud['grants'], decisions: Decisions, now: Date): Decisions {
  const all = listed(decisions);
  if (all.length <= MAX_DECISIONS) return decisions;
  const spare = all
    .filter(({ subject, roleId }) => ofRole(grants[subject], roleId) === undefined)
    .filter(({ subject, roleId }) => roleNow({ grants, decisions }, subject, roleId, now) === undefined)
    .sort((one, other) => (one.decision.at < other.decision.at ? -1 : 1))
    .slice(0, all.length - MAX_DECISIONS);
  const kept: Decisions = {};
  for (const each of all) {
    const { subject, roleId, decision } = each;
    if (!spare.includes(each)) kept[subject] = { ...kept[subject], [roleId]: decision };
  }
  return kept;
}

/** The decisions, each with its subject and role. */
const listed = (decisions: Decisions) =>
  (Object.keys(decisions) as CloudSubject[]).flatMap((subject) =>
    Object.entries(decisions[subject] ?? {}).map(([roleId, decision]) => ({ subject, roleId, decision })),
  );

/** The roles that a caller has on a cloud at a moment, without those that it has as the cloud's holder. */
export function rolesOf(cloud: AccountCloud, { subject, membership }: Asking, now: Date): CloudRole[] {
  const partner = partnerToLinkFor(membership);
  return rolesOn(cloud, now).filter((role) => role.subject === subject || role.subject === partner);
}

/** The partner whose roles on clouds a member may use: its own roles on the partner account must allow linking. */
export const partnerToLinkFor = (membership: Membership | undefined): CloudSubject | undefined =>
  membership && mayOnPartnerAccount(membership.roles, 'linkCloud')
    ? (partnerKey(membership.partnerId).pk as CloudSubject)
    : undefined;

/** Whether a caller may know of a cloud: it has any role on it. */
export const knowsCloud = (cloud: AccountCloud, asking: Asking, now: Date): boolean =>
  holderOf(cloud) === asking.subject || rolesOf(cloud, asking, now).length > 0;
