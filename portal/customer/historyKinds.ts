/** The kinds of events by which the history of a customer can be filtered. */
import type { HistoryEvent } from './eventSentence.ts';

export const HISTORY_KINDS = ['status', 'mails', 'people', 'clouds', 'details'] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

const KINDS: Record<string, readonly HistoryKind[]> = {
  CustomerInvited: ['status'],
  CustomerRegistered: ['status'],
  InvitationAccepted: ['status'],
  InvitationDeclined: ['status'],
  CustomerApproved: ['status'],
  CustomerRejected: ['status'],
  CustomerSuspended: ['status'],
  CustomerActivated: ['status'],
  CustomerExpired: ['status'],
  // It also gives an expired customer its status back.
  InvitationResent: ['status', 'mails'],
  InvitationReminded: ['mails'],
  ReminderSkipped: ['mails'],
  CustomerUpdated: ['details'],
  AccessUpdated: ['people'],
  CloudAccessUpdated: ['people', 'clouds'],
  CloudCreated: ['clouds'],
  CloudLinked: ['clouds'],
  CloudUnlinked: ['clouds'],
};

/** Whether an event is of a kind. An event that called for mails is about mails, too. */
export const isOfKind = ({ type, mails = [] }: HistoryEvent, kind: HistoryKind): boolean =>
  (KINDS[type] ?? []).includes(kind) || (kind === 'mails' && mails.length > 0);
