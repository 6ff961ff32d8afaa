import { expect, it } from 'vitest';
import { history } from '../messages/en/history.ts';
import type { HistoryEvent } from './eventSentence.ts';
import { HISTORY_KINDS, isOfKind } from './historyKinds.ts';

const event = (type: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  version: 1,
  type,
  at: '2026-05-01T12:00:00Z',
  actor: 'owner@acme.example',
  data: {},
  ...more,
});

it('every event that the history has words for is of a kind, so that a filter finds it', () => {
  for (const type of Object.keys(history.history.events))
    expect(HISTORY_KINDS.filter((kind) => isOfKind(event(type), kind)).length, type).toBeGreaterThan(0);
});

it('an event with a mail is found among the mails and in its own kind', () => {
  const mails = [{ kind: 'INVITATION', to: 'a@b.example', status: 'SENT', at: '2026-05-01T12:00:00Z' }] as const;
  const invited = event('CustomerInvited', { mails: [...mails] });
  expect(HISTORY_KINDS.filter((kind) => isOfKind(invited, kind))).toEqual(['status', 'mails']);
  expect(isOfKind(event('CustomerInvited'), 'mails')).toBe(false);
});
