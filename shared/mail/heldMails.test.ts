import { expect, test } from 'vitest';
import { day, yandex } from '../../test/given.ts';
import type { MailKind } from '../contract/vocabulary.ts';
import { mayHaveLeft } from './heldMails.ts';

/** The table is restored to day 10, and was lost on day 12. */
const loss = { restoredTo: day(10), lostAt: day(12) };
const owed = (kind: MailKind, at: string, more: object = {}, removeAt?: string) => ({
  mail: { kind, to: 'ivan@wind.example', language: 'en' as const, partnerName: 'Acme', ...more },
  at,
  ...(removeAt !== undefined && { removeAt }),
});

test.each([
  ['an invitation that waited when the table was copied', owed('INVITATION', day(9)), true],
  ['an invitation since the restore', owed('INVITATION', day(13)), false],
  ['a notice that must not leave before the loss', owed('RESUMED', day(10), { notBefore: day(12, 30) }), false],
  ['a notice that could leave before the loss', owed('RESUMED', day(9), { notBefore: day(9, 30) }), true],
  // Three days and one day before the deadline. The cleanup has called for the earlier one (day 11) before the loss, and calls for the later one (day 13).
  [
    'a later reminder, whose earlier one fell due before the loss',
    owed('REMINDER', day(13), { expiresAt: day(14) }),
    false,
  ],
  ['an earlier reminder that fell due before the loss', owed('REMINDER', day(12, 30), { expiresAt: day(14) }), true],
  ['a reminder that fell due in between', owed('REMINDER', day(12, 30), { expiresAt: day(14, 30) }), true],
  ['a reminder that fell due after the loss', owed('REMINDER', day(13), { expiresAt: day(15, 30) }), false],
  ['the notice of an expiry before the loss', owed('EXPIRED', day(13), {}, day(11 + yandex.retentionDays)), true],
  ['the notice of an expiry after the loss', owed('EXPIRED', day(13), {}, day(12.5 + yandex.retentionDays)), false],
  ['the notice of an answer since the restore', owed('DECLINED', day(13), {}, day(11 + yandex.retentionDays)), false],
])('%s', (_, mail, may) => expect(mayHaveLeft(mail, loss, yandex)).toBe(may));
