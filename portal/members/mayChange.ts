/** The actions on members that pages offer to a person. The server decides again, and may still refuse. */
import type * as z from 'zod/mini';
import { holdsRole } from '../../shared/access/rolePermissions.ts';
import type { member as memberSchema } from '../../shared/contract/contract.ts';
import { ASSIGNABLE_ROLES, OWNER_ROLE } from '../../shared/contract/roles.ts';
import { type Me, may } from '../shell/me.ts';

export type Member = z.output<typeof memberSchema>;
/** Whether a member is an owner who has accepted. */
const isActiveOwner = ({ roles, status }: Member): boolean => status !== 'INVITED' && roles.includes(OWNER_ROLE);

/** Whether a member is the only owner, who can't be removed and can't leave. Invited owners don't count. @param members all members */
export const isLastOwner = (member: Member, members: readonly Member[]): boolean =>
  isActiveOwner(member) && members.filter(isActiveOwner).length === 1;

export type Role = (typeof ASSIGNABLE_ROLES)[number];

/** The roles that a person may give and take: "Nobody grants or revokes a role they do not hold themselves" (`roles.json`). */
export const rolesToGive = (me: Me): Role[] =>
  may(me, 'manageAccess') ? ASSIGNABLE_ROLES.filter((role) => holdsRole(me.roles, role)) : [];

/** Whether a person may change a member: "Only an owner grants or revokes owner" (`roles.json`). */
export const mayChange = (me: Me, { roles }: Member): boolean =>
  may(me, 'manageAccess') && (!roles.includes(OWNER_ROLE) || holdsRole(me.roles, OWNER_ROLE));

/** Whether a person may remove a member, which revokes all of the member's roles at once. */
export const mayRemove = (me: Me, member: Member): boolean =>
  mayChange(me, member) && member.roles.every((role) => holdsRole(me.roles, role));
