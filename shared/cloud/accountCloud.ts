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
  /** The billing account that the provider bills it to. */
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

/** The existing cloud with this id; undefined if none is recorded. */
export async function loadAccountCloud(cloudId: string): Promise<AccountCloud | undefined> {
  return (await getItem(accountCloudKey(cloudId))) as AccountCloud | undefined;
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
  const recorded = grants[subject]?.[roleId];
  const decision = decisions?.[subject]?.[roleId];
  if (!decision || isOutdated(decision, recorded)) {
    return recorded === undefined ? undefined : { subject, roleId, grantedAt: recorded };
  }
  if (!decision.granted || (decision.expiresAt ?? FOR_GOOD) <= now.toISOString()) return undefined;
  const { grantedAt, expiresAt } = decision;
  return { subject, roleId, grantedAt, ...(expiresAt !== undefined && { expiresAt }) };
}

/** Sorts after every moment. */
const FOR_GOOD = '~';

/** Whether the provider has recorded a grant that is later than a decision of the holder. */
const isOutdated = ({ at }: Decision, recorded: string | undefined): boolean => recorded !== undefined && recorded > at;

/** The decisions of the holder that still apply beside these grants of the provider's. */
export function decisionsBeside(grants: AccountCloud['grants'], decisions: Decisions): Decisions {
  const kept: Decisions = {};
  for (const subject of Object.keys(decisions) as CloudSubject[]) {
    for (const [roleId, decision] of Object.entries(decisions[subject] ?? {})) {
      if (!isOutdated(decision, grants[subject]?.[roleId])) kept[subject] = { ...kept[subject], [roleId]: decision };
    }
  }
  return kept;
}

/** Most decisions that a cloud keeps. All of them with the longest ids fit DynamoDB's 400 KB, together with the provider's grants. */
const MAX_DECISIONS = 300;

/**
 * Applies changes by the holder to a cloud, one after the other.
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
    // The holder's own role can't be revoked, so nothing is changed about it.
    if (isSo || subject === holderOf(cloud)) continue;
    // The provider's clock may be ahead, so that its grant is later than this moment.
    const at = [now.toISOString(), grants[subject]?.[roleId] ?? ''].sort().at(-1) ?? '';
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
    effective.push(delta);
  }
  const count = Object.values(decisions).reduce((sum, roles) => sum + Object.keys(roles).length, 0);
  // A role can be revoked in any case.
  if (count > MAX_DECISIONS && effective.some(({ action }) => action === 'ADD')) {
    throw new Problem(
      'TOO_MANY_BINDINGS',
      `The roles on a cloud can be changed for at most ${MAX_DECISIONS} people and roles. Ask the provider to record the others.`,
    );
  }
  return { after: { ...cloud, decisions, revision: cloud.revision + 1 }, effective };
}

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
