/**
 * How the recipients of a partner's invitations are spared. An item for each partner and mailbox says from when the partner may invite the
 * mailbox again: it counts the invitations, and the pause after each is longer. It also remembers a recipient who wants no more invitations.
 * `name+tag@` is the mailbox `name@`. The item is found by a digest, and contains no address.
 */
import { mailboxOf } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { type Key, mailedByKey, TTL_ATTRIBUTE } from '../table/keys.ts';
import { type Alongside, getItem, update, upsert } from '../table/table.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How long a recipient is spared who wants no more invitations from a partner. */
const NO_MORE_INVITATIONS_MS = 30 * DAY_MS;
/** How long after its newest mail a mailbox is remembered. Then the pauses begin anew. */
const REMEMBERED_MS = 30 * DAY_MS;
/** A mail is given up by the first attempt after `mailGiveUpHours`. Attempts are at most about an hour apart. */
const GIVEN_UP_AFTER_MS = 2 * HOUR_MS;
/** A mail that is not wanted any more may be on its way: a run of `deliverMail` ends within 80 seconds, and a mail's lease after two minutes. */
const ON_ITS_WAY_MS = 2 * MINUTE_MS;
/** When to look again for a mail that waits: mails leave within seconds, or wait for an unknown time. */
const LOOK_AGAIN_SECONDS = 60;

/** A partner, and an address that it invites. */
export type Recipient = { partnerId: string; email: string };
/** The item of a recipient, as far as it is stored. */
export type Spared = { mails?: number; queuedAt?: string; noMoreUntil?: string };

export const recipientKey = ({ partnerId, email }: Recipient): Key => mailedByKey(partnerId, mailboxOf(email));
const later = (from: string, ms: number) => new Date(Date.parse(from) + ms).toISOString();
const ttlOf = (from: string) => Math.ceil((Date.parse(from) + REMEMBERED_MS) / 1000);

/** How long the recipient of a number of invitations gets no other one, in milliseconds. Pure. */
export function pauseMs(mails: number, { cooldownMinutes }: Pick<Program, 'cooldownMinutes'>): number {
  const minutes = cooldownMinutes[Math.min(Math.max(mails, 1), cooldownMinutes.length) - 1] ?? 0;
  return minutes * MINUTE_MS;
}

/**
 * The write that reserves an invitation mail to a recipient, for the transaction that calls for the mail. Until the mail has left, no other
 * invitation of the partner to the mailbox is possible.
 *
 * @param at when the event calls for the mail; undefined if the program sends no such mail
 * @returns a write that is refused with RESEND_TOO_SOON or INVITATIONS_DECLINED
 */
export function oweInvitation(recipient: Recipient, at: string | undefined, now: Date, program: Program): Alongside {
  const key = recipientKey(recipient);
  const wanted = '(attribute_not_exists(noMoreUntil) OR noMoreUntil <= :now)';
  const values = { ':now': now.toISOString() };
  const refused = (found: { [name: string]: { S?: string | undefined } }) => {
    const { noMoreUntil, freeAt, queuedAt } = found;
    const until = noMoreUntil?.S ?? '';
    if (until > now.toISOString()) return invitationsDeclined(until);
    return tooSoon(freeAt?.S ?? '', queuedAt?.S !== undefined, now);
  };
  const names = { '#ttl': TTL_ATTRIBUTE };
  if (at === undefined) {
    const checked = { condition: wanted, names, values: { ...values, ':ttl': ttlOf(now.toISOString()) } };
    return { write: upsert(key, 'SET #ttl = :ttl', { ...checked, returnsFound: true }), refused };
  }
  const write = upsert(
    key,
    'SET mails = if_not_exists(mails, :none) + :one, freeAt = :givenUpAt, queuedAt = :at, #ttl = :ttl',
    {
      condition: `(attribute_not_exists(freeAt) OR freeAt <= :now) AND ${wanted}`,
      names,
      values: {
        ...values,
        ':none': 0,
        ':one': 1,
        ':at': at,
        ':givenUpAt': later(at, program.mailGiveUpHours * HOUR_MS + GIVEN_UP_AFTER_MS),
        ':ttl': ttlOf(at),
      },
      returnsFound: true,
    },
  );
  return { write, refused };
}

/** The item of a recipient; empty if none is stored. */
export const loadSpared = async (recipient: Recipient): Promise<Spared> =>
  ((await getItem(recipientKey(recipient))) ?? {}) as Spared;

/**
 * The write that starts the pause after a mail has left, and the end of the pause. A reminder starts the pause anew, too. Nothing is written
 * if another invitation waits: its pause will start when it leaves.
 *
 * @param spared the recipient's item. It may be older than the mail: its number of mails changes only with `queuedAt`
 * @param at when the mail was called for
 * @param sentAt when it left
 */
export function startPause(
  recipient: Recipient,
  { mails = 1, queuedAt }: Spared,
  at: string,
  sentAt: string,
  program: Program,
): { writes: Alongside[]; resendableAt?: string } {
  const key = recipientKey(recipient);
  if (queuedAt !== undefined && queuedAt !== at) return { writes: [] };
  const freeAt = later(sentAt, pauseMs(mails, program));
  const write = upsert(key, 'SET freeAt = :freeAt, #ttl = :ttl REMOVE queuedAt', {
    condition: 'attribute_not_exists(queuedAt) OR queuedAt = :at',
    names: { '#ttl': TTL_ATTRIBUTE },
    values: { ':freeAt': freeAt, ':at': at, ':ttl': ttlOf(sentAt) },
  });
  return { writes: [{ write, refused: 'omit' }], resendableAt: freeAt };
}

/** The write that ends the wait for a mail that was dropped or given up: the mailbox can be invited again at once. */
export function endWait(recipient: Recipient, at: string, now: Date): Alongside {
  const write = update(recipientKey(recipient), 'SET freeAt = :now REMOVE queuedAt', {
    condition: 'queuedAt = :at',
    values: { ':at': at, ':now': now.toISOString() },
  });
  return { write, refused: 'omit' };
}

/**
 * The write that ends the wait for a mail of an invitation that is withdrawn, or moves to another address. The mail will be dropped, unless
 * it is on its way: so the wait goes on for a moment.
 */
export function endWaitSoon(recipient: Recipient, at: string, now: Date): Alongside {
  const write = update(recipientKey(recipient), 'SET freeAt = :soon', {
    condition: 'queuedAt = :at AND freeAt > :soon',
    values: { ':at': at, ':soon': new Date(now.getTime() + ON_ITS_WAY_MS).toISOString() },
  });
  return { write, refused: 'omit' };
}

/** The write that remembers a recipient who wants no more invitations from the partner. */
export function blockInvitations(recipient: Recipient, now: Date): Alongside {
  const until = new Date(now.getTime() + NO_MORE_INVITATIONS_MS).toISOString();
  const write = upsert(recipientKey(recipient), 'SET noMoreUntil = :until, #ttl = :ttl', {
    names: { '#ttl': TTL_ATTRIBUTE },
    values: { ':until': until, ':ttl': Math.ceil(Date.parse(until) / 1000) },
  });
  return { write, refused: 'conflict' };
}

/** The write that lets the partner invite the recipient again. */
export function allowInvitations(recipient: Recipient): Alongside {
  const write = update(recipientKey(recipient), 'REMOVE noMoreUntil', { condition: 'attribute_exists(noMoreUntil)' });
  return { write, refused: 'omit' };
}

/** Until when the recipient wants no more invitations from the partner (RFC 3339); undefined if it may be invited. */
export const blockedUntil = async (recipient: Recipient, now: Date): Promise<string | undefined> =>
  blockOf(await loadSpared(recipient), now);

/** The same, from the item. */
export const blockOf = ({ noMoreUntil }: Record<string, unknown>, now: Date): string | undefined =>
  typeof noMoreUntil === 'string' && noMoreUntil > now.toISOString() ? noMoreUntil : undefined;

/** The refusal of an invitation during the cooldown, which ends at `until`, or while the mail before it has not left yet. */
export function tooSoon(until: string, queued: boolean, now: Date): Problem {
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - now.getTime()) / 1000));
  if (queued) return notLeftYet(seconds);
  return new Problem(
    'RESEND_TOO_SOON',
    `An invitation was sent to this address a short time ago. Send it again in ${Math.ceil(seconds / 60)} min.`,
    { retryAfterSeconds: seconds },
  );
}

/** The refusal of an invitation while the mail before it waits. @param seconds until the mail is given up */
export const notLeftYet = (seconds = LOOK_AGAIN_SECONDS): Problem =>
  new Problem(
    'RESEND_TOO_SOON',
    'The mail before this one has not left yet: it waits for its turn. Wait until it was sent, then invite again.',
    { members: { mailQueued: true }, retryAfterSeconds: Math.min(seconds, LOOK_AGAIN_SECONDS) },
  );

const invitationsDeclined = (until: string) =>
  new Problem('INVITATIONS_DECLINED', declinedReason(until), { members: { noMoreInvitationsUntil: until } });

/** The sentence for the partner whose invitation is refused, or not sent, because the recipient wants none until a time. */
export const declinedReason = (until: string): string =>
  `The recipient wants no more invitations from you until ${until}. Invite again after that time, or ask the recipient to allow invitations: on the page of the declined invitation, or in the portal under My invitations.`;
