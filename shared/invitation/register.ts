/** Registers customers, for `createCustomer`, for each row of an import, and for the Billing API. */
import type * as z from 'zod/mini';
import { notAPartner, whileMember } from '../access/caller.ts';
import type { createCustomer } from '../contract/contract.ts';
import { Problem, wrongFields } from '../contract/problem.ts';
import type { Circumstances } from '../customer/command.ts';
import type { Details } from '../customer/customer.ts';
import { requireEligible } from '../customer/eligibility.ts';
import { newCustomerId } from '../customer/ids.ts';
import { type Changed, registerCustomer, replayedRegistration } from '../customer/store.ts';
import { requirePaid } from '../partner/partner.ts';
import type { Program } from '../program/program.ts';
import type { Subject } from '../table/keys.ts';
import { byAttempt } from '../table/table.ts';
import {
  type InvitingPartner,
  loadInvitingPartner,
  type Reserved,
  requireRefusalsLeft,
  requireReserved,
  usesInvitation,
  withInvitation,
  withOneOf,
} from './dailyLimit.ts';
import { newNonce } from './nonce.ts';
import { type Invitee, loadInvitee, requireNewOutsider } from './outsider.ts';
import { countRefusal } from './refusedRegistration.ts';

/** In the place of the invited person of a registration that names no address. */
const NOBODY: Invitee = { partnerIds: [], account: undefined };

/** The fields of a new customer that its partner gives. */
export type Registration = z.output<typeof createCustomer.body>;

/**
 * The partner that registers customers.
 *
 * @throws Problem PARTNER_NOT_PAID
 */
export async function loadPayingPartner(id: string, now: Date, program: Program): Promise<InvitingPartner> {
  const partner = await loadInvitingPartner(id, now, program);
  requirePaid(partner, ADDING);
  return partner;
}

const ADDING = 'add customers';

/**
 * Registers a customer in the status Verification required. The event of the registration contains the invitation mail. A replay gets the
 * first answer, even if the registration would be refused today. A refusal because of the account is counted.
 *
 * @param sent the registration as it was sent, with the address as it was written
 * @param loading the partner, or its loading, to which the read of the invited person is parallel
 * @param reserved invitations that are reserved already, for the rows of a batch; absent: reserves one
 * @throws Problem PARTNER_NOT_PAID, VALIDATION_FAILED, EMAIL_OF_MEMBER, INVITATION_LIMIT, REFUSAL_LIMIT, NOT_A_PARTNER, the code of a broken
 *   rule of the program, and the refusals of `registerCustomer`
 */
export async function register(
  registration: Registration,
  sent: unknown,
  loading: InvitingPartner | Promise<InvitingPartner>,
  circumstances: Circumstances,
  reserved?: Reserved,
): Promise<Changed> {
  const address = invitedAddress(registration);
  const [partner, invitee] = await Promise.all([
    loading,
    address === undefined ? NOBODY : loadInvitee(address, circumstances.program),
  ]);
  try {
    return await orReplayed(partner, circumstances, (id) =>
      invite(id, { registration, sent, invitee }, partner, circumstances, reserved),
    );
  } catch (error) {
    await countRefusal(error, partner, address, circumstances);
    throw error;
  }
}

/**
 * Registers a customer that its partner serves alone (seed 003): nobody has to confirm, and no invitation is mailed. Replays as `register`.
 *
 * @throws Problem PARTNER_NOT_PAID, RESELLER_SERVED_NOT_ALLOWED, and the refusals of `registerCustomer`
 */
export async function registerResellerServed(
  registration: Pick<Details, 'name' | 'person'>,
  partner: InvitingPartner,
  circumstances: Circumstances,
): Promise<Changed> {
  return orReplayed(partner, circumstances, async (id) => {
    requirePaid(partner, ADDING);
    const details = detailsOf(registration, circumstances.program);
    // Without an invitee there is no account, so the customer can't be the provider's customer already.
    return registerCustomer(
      {
        type: 'registerResellerServed',
        id,
        partnerId: partner.id,
        partnerName: partner.name,
        details,
        alreadyCustomer: false,
      },
      circumstances,
    );
  });
}

/** Registers under a new id. If that is refused and the request is a replay, returns the first answer. */
async function orReplayed(
  partner: InvitingPartner,
  circumstances: Circumstances,
  registerNew: (id: string) => Promise<Changed>,
): Promise<Changed> {
  const { idempotency } = circumstances;
  const id = newCustomerId(partner.id, idempotency);
  try {
    return await registerNew(id);
  } catch (error) {
    const earlier = error instanceof Problem && idempotency && (await replayedRegistration(id, circumstances));
    if (earlier) return earlier;
    throw error;
  }
}

async function invite(
  id: string,
  { registration, sent, invitee }: { registration: Registration; sent: unknown; invitee: Invitee },
  partner: InvitingPartner,
  circumstances: Circumstances,
  reserved: Reserved | undefined,
): Promise<Changed> {
  const { now, program, actor } = circumstances;
  requirePaid(partner, ADDING);
  const { name, email } = required(registration);
  requireNewOutsider(email, actor, invitee, partner);
  requireRefusalsLeft(partner, now);
  requireEligible(invitee.account, program);
  const isOutsider = byAttempt(undefined, async () =>
    requireNewOutsider(
      email,
      actor,
      await loadInvitee(email, program),
      await loadInvitingPartner(partner.id, now, program),
    ),
  );
  // The administrators keep their role after the caller has left. Other registrations spare the write.
  const member = { subject: actor as Subject, partnerId: partner.id };
  const asMember = registration.adminEmails?.length ? [whileMember(member, notAPartner())] : [];
  const withOne = (one: Reserved) => {
    requireReserved(one, partner, now);
    return registerCustomer(
      {
        type: 'invite',
        id,
        partnerId: partner.id,
        partnerName: partner.name,
        email,
        writtenEmail: invitedAddress(sent),
        nonce: newNonce(),
        details: detailsOf({ ...registration, name }, program),
      },
      { ...circumstances, mailsQueued: one.mailsQueued },
      async () => {
        await isOutsider();
        return asMember;
      },
    );
  };
  return reserved
    ? withOneOf(reserved, withOne, usesInvitation)
    : withInvitation(partner.id, circumstances, withOne, usesInvitation);
}

/** The details of a new customer, with the program's defaults for role and language. */
function detailsOf(registration: Registration & { name: string }, program: Program): Details {
  const { name, friendlyName, role, person = {}, language, adminEmails } = registration;
  return {
    name,
    friendlyName,
    role: role ?? program.defaultRole,
    person,
    language: language ?? program.defaultLanguage,
    adminEmails: [...new Set(adminEmails)],
  };
}

/** The required fields: `name` defaults to `friendlyName`, `email` to that of the contact. @throws Problem VALIDATION_FAILED */
function required(registration: Registration): { name: string; email: string } {
  const given = requiredOf(registration);
  const errors = Object.entries(given)
    .filter(([, value]) => value === undefined)
    .map(([path]) => ({ path, message: `${path} is required`, code: 'REQUIRED' as const }));
  if (errors.length === 0) return given as { name: string; email: string };
  throw wrongFields(...errors);
}

const requiredOf = (registration: Registration) => ({
  name: registration.name ?? registration.friendlyName,
  email: invitedAddress(registration),
});

/** Whether a registration has the required fields. */
export const isComplete = (registration: Registration): boolean =>
  Object.values(requiredOf(registration)).every((value) => value !== undefined);

/** The invited address of a registration: its `email`, or that of the contact. */
export function invitedAddress(registration: unknown): string | undefined {
  const { email, person } = registration as { email?: string; person?: { email?: string } };
  return email ?? person?.email;
}
