import { describe, expect, test } from 'vitest';
import { vng, yandex } from '../../test/given.ts';
import { type Program, programSchema } from './program.ts';

/** The faults of a program: each field with its message. */
const wrong = (program: unknown) => {
  const { error } = programSchema.safeParse(program);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
};
const without = (field: keyof Program) => {
  const { [field]: _, ...rest } = yandex;
  return rest;
};

describe('a program', () => {
  test('of the product is valid, and is read as written', () => {
    for (const program of [yandex, vng]) expect(programSchema.parse(program)).toEqual(program);
  });

  test('has to have each field, except two addresses, and those that were added later', () => {
    const later = ['refusedRegistrationsPerDay', 'cooldownMinutes', 'pageLabels', 'roleInForm', 'consoleUrls'];
    const optional = ['replyTo', 'operatorEmail', ...later];
    for (const field of Object.keys(vng) as (keyof Program)[])
      expect([field, wrong(without(field)).length]).toEqual([field, optional.includes(field) ? 0 : 1]);
    expect(programSchema.parse(without('refusedRegistrationsPerDay')).refusedRegistrationsPerDay).toBe(100);
    expect(programSchema.parse(without('cooldownMinutes')).cooldownMinutes).toEqual([1, 5, 15, 60]);
    expect(programSchema.parse(without('pageLabels')).pageLabels).toEqual({});
    expect(programSchema.parse(without('roleInForm')).roleInForm).toBe(false);
    expect(programSchema.parse(without('consoleUrls')).consoleUrls).toEqual({});
  });

  test('has no unknown field', () => {
    expect(wrong({ ...yandex, confirmationDay: 3 })).toHaveLength(1);
  });

  test('names one mailbox as its sender, in ASCII', () => {
    for (const sender of ['Portal <a@b.example>', 'a@b.example', '"A, B" <a@b.example>'])
      expect(wrong({ ...yandex, sender, replyTo: sender })).toEqual([]);
    for (const sender of ['', 'Portal', 'Портал <a@b.example>', 'a@b.example\nBcc: c@d.example', 'a@пример.рф'])
      expect(wrong({ ...yandex, sender, replyTo: sender })).toEqual([
        'sender: must be `Name <address>` or an address, in ASCII',
        'replyTo: must be `Name <address>` or an address, in ASCII',
      ]);
  });

  test('names its operators by one address, without a name', () => {
    expect(wrong({ ...yandex, operatorEmail: 'a@b.example' })).toEqual([]);
    for (const operatorEmail of ['<a@b.example>', 'a@b.example,c@d.example', 'a@b.example;c'])
      expect(wrong({ ...yandex, operatorEmail })).toEqual(['operatorEmail: must be one address, without a name']);
    for (const operatorEmail of ['', 'a', '@b.example', 'a@', 'a b@c.example', 'a@b.example ', 'a@пример.рф'])
      expect(wrong({ ...yandex, operatorEmail })).toEqual(['operatorEmail: must be an address, in ASCII']);
  });

  test.each([
    'confirmationDays',
    'approvalDays',
    'retentionDays',
    'invitationsPerDay',
    'refusedRegistrationsPerDay',
    'mailGiveUpHours',
  ] as const)('counts %s in whole numbers from 1 on', (field) => {
    const other = { ...yandex, reminderDays: [] };
    expect(wrong({ ...other, [field]: 1 })).toEqual([]);
    for (const value of [0, -1, 1.5, '14']) expect(wrong({ ...other, [field]: value })).toHaveLength(1);
  });

  test('counts the minutes of each cooldown in whole numbers from 1 on', () => {
    expect(wrong({ ...yandex, cooldownMinutes: [1] })).toEqual([]);
    for (const cooldownMinutes of [[], [0], [1, -1], [1.5], 15])
      expect(wrong({ ...yandex, cooldownMinutes })).toHaveLength(1);
  });

  test('of an earlier version is refused with one sentence, which names the new field', () => {
    expect(wrong({ ...without('cooldownMinutes'), resendCooldownMinutes: 15 })).toEqual([
      'resendCooldownMinutes: is no field any more: write cooldownMinutes, such as [1, 5, 15, 60]',
    ]);
  });

  test('may count a role on a cloud from the first moment', () => {
    expect(wrong({ ...yandex, rolePropagationMinutes: 0 })).toEqual([]);
    expect(wrong({ ...yandex, rolePropagationMinutes: -1 })).toHaveLength(1);
  });

  test('reminds only between the invitation and its deadline', () => {
    expect(wrong({ ...yandex, reminderDays: [13] })).toEqual([]);
    for (const reminderDays of [[14], [3, 14], [20]])
      expect(wrong({ ...yandex, reminderDays })).toEqual(['reminderDays: must be fewer days than confirmationDays']);
    expect(wrong({ ...yandex, reminderDays: [0] })).toHaveLength(1);
  });

  test('names pages of its console by https addresses that have a place for the id', () => {
    for (const cloud of ['https://c.example/{cloudId}', 'https://c.example:8443/?org={organizationId}#cloud={cloudId}'])
      expect(wrong({ ...yandex, consoleUrls: { cloud } })).toEqual([]);
    expect(wrong({ ...yandex, consoleUrls: { organization: 'https://c.example/{organizationId}' } })).toEqual([]);
    for (const cloud of [
      'http://c.example/{cloudId}',
      'javascript:alert("{cloudId}")',
      '//c.example/{cloudId}',
      '/clouds/{cloudId}',
      'https://{cloudId}.example/{cloudId}',
      'https://a@c.example/{cloudId}',
      'https://c.example{cloudId}',
      'https://c.example/{customerId}/{cloudId}',
      'https://c.example/ {cloudId}',
      'https://c.example/{cloudId}\n',
    ])
      expect([cloud, wrong({ ...yandex, consoleUrls: { cloud } })]).toEqual([
        cloud,
        ['consoleUrls.cloud: must be an https address with {cloudId} or {organizationId} after its host'],
      ]);
    expect(wrong({ ...yandex, consoleUrls: { cloud: 'https://c.example/clouds' } })).toEqual([
      'consoleUrls.cloud: must contain {cloudId}',
    ]);
    expect(wrong({ ...yandex, consoleUrls: { organization: 'https://c.example/{cloudId}' } })).toHaveLength(2);
  });

  test.each([
    ['brandName', ''],
    ['defaultRole', ''],
    ['defaultLanguage', 'fr'],
    ['mailsOff', ['NEWSLETTER']],
    ['statusLabels', { DELETED: 'Gone' }],
    ['pageLabels', { members: 'People' }],
    ['pageLabels', { customers: '' }],
    ['roleInForm', 'yes'],
    ['consoleUrls', { members: 'https://c.example/{cloudId}' }],
    ['providerApproval', 'SOMETIMES'],
    ['registeredAccountRequired', 'yes'],
    ['eligibilityRules', ['REGISTERED']],
    ['customerUniquePer', 'COUNTRY'],
    ['resellerServedCustomers', 1],
    ['allowedEmailDomains', 'wind.example'],
  ] as const)('can not have %s: %j', (field, value) => {
    expect(wrong({ ...yandex, [field]: value })).toHaveLength(1);
  });
});
