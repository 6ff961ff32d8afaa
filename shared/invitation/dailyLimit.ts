/**
 * How many invitations a partner may send in a day (UTC), and how many of its registrations may be refused because of the account.
 *
 * An invitation is reserved before the transaction that calls for its mail, on an item of the partner and the day, and given back if the
 * transaction calls for none. So the limit is exact, however many requests there are at once, and no transaction waits for the item. A
 * function that is stopped in between leaves its reservation: it counts until the day is over. Refusals are counted on the partner's item.
 */
import { Problem } from '../contract/problem.ts';
import type { Circumstances } from '../customer/command.ts';
import { callsForInvitation } from '../customer/spareRecipient.ts';
import type { Changed } from '../customer/store.ts';
import { errorFields, writeLog } from '../log.ts';
import { noteMailQueue } from '../partner/mailQueue.ts';
import type { Program } from '../program/program.ts';
import { mailsOfDayKey, partnerKey, TTL_ATTRIBUTE } from '../table/keys.ts';
import { changeItem, getItem } from '../table/table.ts';

/**
 * How many invitations of a partner leave at once in a minute. People who register customers by hand don't send more. The others wait in the
 * partner's queue, so that they don't hold up the mails of other partners.
 */
const MAILS_AT_ONCE_PER_MINUTE = 60;
/** How often a reservation is attempted. Only near the limit, others can be faster again and again. */
const MAX_ATTEMPTS = 50;
/** The count of a day is of no use when the day is over in all time zones of a clock that is wrong. */
const KEPT_MS = 3 * 24 * 60 * 60_000;

/** A partner that invites. `refusalsLeft` goes down with each refusal of a request, so that a batch stops at the limit. */
export type InvitingPartner = {
  id: string;
  name: string;
  paid: boolean;
  /** Its own email domains, which the provider has recorded. */
  domains: string[];
  refusalsLeft: number;
};

/** The partner, with the number of refusals that it has left today. */
export async function loadInvitingPartner(id: string, now: Date, program: Program): Promise<InvitingPartner> {
  const item = (await getItem(partnerKey(id))) ?? {};
  const { name = id, paid = false, domains = [], refusedOn, refused = 0 } = item as Partial<PartnerItem>;
  const refusalsLeft = program.refusedRegistrationsPerDay - (refusedOn === dayOf(now) ? refused : 0);
  return { id, name, paid, domains, refusalsLeft };
}

type PartnerItem = { name: string; paid: boolean; domains: string[]; refusedOn: string; refused: number };

/** Invitations of a day that are reserved for a request. */
export type Reserved = {
  partnerId: string;
  day: string;
  /** How many are not used yet. */
  count: number;
  /** Whether their mails wait in the partner's queue, instead of leaving at once. */
  mailsQueued: boolean;
};

/** The minute in which this instance of a function last reserved invitations that leave at once, by partner. */
const reservedIn = new Map<string, string>();

/**
 * Reserves invitations of the day: as many as are left, if these are fewer than the wanted number.
 *
 * @param queued whether their mails wait in the partner's queue in any case. Otherwise they do if the partner sends many in this minute
 */
export async function reserveInvitations(
  partnerId: string,
  wanted: number,
  { now, program }: Pick<Circumstances, 'now' | 'program'>,
  queued = false,
): Promise<Reserved> {
  const day = dayOf(now);
  const minute = now.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
  const limit = program.invitationsPerDay;
  let count = Math.min(wanted, limit);
  let isSameMinute = reservedIn.get(partnerId) === minute;
  // Before the reservation: if the note fails, nothing is reserved.
  if (queued && count > 0) await noteMailQueue(partnerId, now);
  // Each refusal tells the present count, and means that another request has got on. So there is no pause.
  for (let attempts = 1; count > 0 && attempts <= MAX_ATTEMPTS; attempts++) {
    const { changed, found } = await changeItem(mailsOfDayKey(partnerId, day), ...counting());
    if (changed) {
      const reserved = { partnerId, day, count, mailsQueued: queued };
      if (queued) return reserved;
      reservedIn.set(partnerId, minute);
      if (Number(changed['inThisMinute']) <= MAILS_AT_ONCE_PER_MINUTE) return reserved;
      await noteMailQueue(partnerId, now).catch(async (error: unknown) => {
        await giveBack(reserved);
        throw error;
      });
      return { ...reserved, mailsQueued: true };
    }
    count = Math.min(count, limit - Number(found?.['invited']?.N ?? 0));
    isSameMinute = found?.['thisMinute']?.S === minute;
  }
  if (count > 0) {
    throw new Problem('TRY_AGAIN', 'Too many invitations at the same time. Send the request again.', {
      retryAfterSeconds: 1,
    });
  }
  return { partnerId, day, count: 0, mailsQueued: false };

  function counting(): [expression: string, on: Parameters<typeof changeItem>[2]] {
    const isLeft = '(attribute_not_exists(invited) OR invited <= :most)';
    const counted = 'SET invited = if_not_exists(invited, :none) + :count, #ttl = :ttl';
    const on = {
      makes: true as const,
      names: { '#ttl': TTL_ATTRIBUTE },
      values: {
        ':none': 0,
        ':count': count,
        ':most': limit - count,
        ':ttl': Math.ceil((now.getTime() + KEPT_MS) / 1000),
      },
    };
    if (queued) return [counted, { ...on, condition: isLeft }];
    const values = { ...on.values, ':minute': minute };
    return isSameMinute
      ? [
          `${counted}, inThisMinute = inThisMinute + :count`,
          { ...on, values, condition: `${isLeft} AND thisMinute = :minute` },
        ]
      : [
          `${counted}, thisMinute = :minute, inThisMinute = :count`,
          { ...on, values, condition: `${isLeft} AND (attribute_not_exists(thisMinute) OR thisMinute <> :minute)` },
        ];
  }
}

/**
 * Gives back the reserved invitations that were not used. If that fails, they count until the day is over. The request is not repeated
 * when its answer is lost, because it may have been done.
 */
export async function giveBack(reserved: Reserved): Promise<void> {
  const { partnerId, day, count } = reserved;
  if (count === 0) return;
  // Before the write: rows that are still under way must not use invitations that are given back.
  reserved.count = 0;
  const on = { condition: 'invited >= :count', values: { ':count': count }, once: true } as const;
  await changeItem(mailsOfDayKey(partnerId, day), 'SET invited = invited - :count', on).catch((error: unknown) =>
    writeLog({ level: 'WARN', work: 'giveBackInvitations', partnerId, count, ...errorFields(error) }),
  );
}

/** Whether a change has called for an invitation mail. */
export const usesInvitation = ({ event, replayed }: Changed): boolean => !replayed && callsForInvitation(event);

/**
 * Makes a change with one of the reserved invitations. The invitation stays reserved if the change does not use it.
 *
 * @param change gets the reservation of at most one invitation: `requireReserved` refuses the change if it is empty
 */
export async function withOneOf<Made>(
  block: Reserved,
  change: (one: Reserved) => Promise<Made>,
  isUsed: (made: Made) => boolean,
): Promise<Made> {
  const one = { ...block, count: Math.min(1, block.count) };
  block.count -= one.count;
  let used = true;
  try {
    const made = await change(one);
    used = isUsed(made);
    return made;
  } catch (error) {
    // After another error, the change may have been committed.
    used = !(error instanceof Problem);
    throw error;
  } finally {
    if (!used) block.count += one.count;
  }
}

/** Reserves an invitation for a change, makes the change, and gives the invitation back if the change has not used it. */
export async function withInvitation<Made>(
  partnerId: string,
  circumstances: Pick<Circumstances, 'now' | 'program'>,
  change: (one: Reserved) => Promise<Made>,
  isUsed: (made: Made) => boolean,
): Promise<Made> {
  const reserved = await reserveInvitations(partnerId, 1, circumstances);
  try {
    return await withOneOf(reserved, change, isUsed);
  } finally {
    await giveBack(reserved);
  }
}

/** @throws Problem INVITATION_LIMIT if no invitation is reserved, because the partner has none left today */
export function requireReserved(
  { partnerId, count }: Reserved,
  { name }: Pick<InvitingPartner, 'name'>,
  now: Date,
): void {
  if (count > 0) return;
  writeLog({ level: 'INFO', work: 'reserveInvitations', partnerId }, { invitationLimitRefusals: 1 });
  throw untilTomorrow(
    'INVITATION_LIMIT',
    `${name} has sent all the invitations that the program allows in a day.`,
    name,
    now,
  );
}

/**
 * Checks that the partner may learn of another refusal. Otherwise nothing is registered, as success and refusal would tell the same.
 *
 * @throws Problem REFUSAL_LIMIT if no more of the partner's registrations may be refused today
 */
export function requireRefusalsLeft(partner: InvitingPartner, now: Date): void {
  if (partner.refusalsLeft > 0) return;
  throw untilTomorrow(
    'REFUSAL_LIMIT',
    `Too many registrations of ${partner.name} were refused today because of the customers' accounts.`,
    partner.name,
    now,
  );
}

function untilTomorrow(
  code: 'INVITATION_LIMIT' | 'REFUSAL_LIMIT',
  sentence: string,
  partnerName: string,
  now: Date,
): Problem {
  const tomorrow = new Date(now);
  tomorrow.setUTCHours(24, 0, 0, 0);
  const retryAfterSeconds = Math.ceil((tomorrow.getTime() - now.getTime()) / 1000);
  const resumesAt = tomorrow.toISOString();
  return new Problem(code, `${sentence} Go on tomorrow (${resumesAt}).`, {
    members: { partnerName, resumesAt },
    retryAfterSeconds,
  });
}

/** The day (UTC) of a moment, as limits are counted by. */
export const dayOf = (now: Date) => now.toISOString().slice(0, 10);
