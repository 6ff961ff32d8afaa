import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spreadsheetOf, tableOf } from '../../shared/import/spreadsheet.ts';
import names from '../../test/data/cases/names.json' with { type: 'json' };
import phones from '../../test/data/cases/phones.json' with { type: 'json' };
import { byField, emptyDraft, isEmpty, problemsOf, registrationOf } from './registration.ts';

const data = (file: string) => readFileSync(join(import.meta.dirname, '../../test/data', file));
const draft = (fields: object) => ({ ...emptyDraft(), ...fields });

describe('a draft', () => {
  it('sends what is said, and nothing for a field that is empty', () => {
    const person = { ...emptyDraft().person, phone: ' +7 495 000-00-00 ' };
    expect(
      registrationOf(draft({ name: ' Wind ', email: 'a@b.example', adminEmails: 'x@y.example; z@y.example,', person })),
    ).toEqual({
      name: 'Wind',
      email: 'a@b.example',
      adminEmails: ['x@y.example', 'z@y.example'],
      person: { phone: '+7 495 000-00-00' },
    });
    expect(isEmpty(emptyDraft())).toBe(true);
    expect(isEmpty(draft({ role: '', name: ' ' }))).toBe(true);
    expect(isEmpty(draft({ role: 'Reseller' }))).toBe(false);
  });

  it('of a customer that its partner serves alone needs no address, and sends none', () => {
    const served = registrationOf(draft({ name: 'Wind', email: 'left@over.example', served: true }));
    expect(served).toEqual({ name: 'Wind', resellerServed: true });
    expect(problemsOf(served)).toEqual([]);
    expect(isEmpty(draft({ served: true }))).toBe(true);
    expect(registrationOf(draft({ name: 'Wind', served: false }))).toEqual({ name: 'Wind' });
  });

  it('is told beside each field what the server would say', () => {
    const person = { ...emptyDraft().person, phone: '!' };
    const wrong = draft({ email: 'nobody', language: 'de', adminEmails: 'a@b.example, b', person });
    expect(byField(problemsOf(registrationOf(wrong)))).toMatchObject({
      name: { code: 'REQUIRED', message: 'name is required' },
      email: { code: 'EMAIL_NOT_VALID', message: 'email is not valid' },
      language: { code: 'NOT_ONE_OF', values: { allowed: ['en', 'ru', 'vi'] } },
      adminEmails: { code: 'EMAIL_NOT_VALID', path: 'adminEmails.1' },
      'person.phone': { code: 'PHONE_NOT_VALID', message: 'phone is not valid' },
    });
    for (const name of names.invisible)
      expect(problemsOf(registrationOf(draft({ name, email: 'a@b.example' }))), JSON.stringify(name)).toEqual([
        { path: 'name', message: 'name is required', code: 'REQUIRED' },
      ]);
    const phoned = (phone: string) =>
      registrationOf(draft({ name: 'Wind', email: 'a@b.example', person: { ...emptyDraft().person, phone } }));
    for (const phone of phones.good) {
      expect(problemsOf(phoned(phone)), phone).toEqual([]);
      expect(phoned(phone).person).toEqual({ phone });
    }
    for (const phone of phones.refused) expect(byField(problemsOf(phoned(phone)))).toHaveProperty(['person.phone']);
    expect(problemsOf({})).toHaveLength(2);
    expect(problemsOf({ friendlyName: 'Wind', email: 'a@b.example' })).toEqual([]);
  });
});

it('the spreadsheet of a partner is refused row by row as the server refuses it, duplicates apart', () => {
  const refused = spreadsheetOf(tableOf(data('customers.csv').toString()))
    .rows.map(({ name, row }) => ({ name, reason: problemsOf(row as object)[0]?.message }))
    .filter(({ reason }) => reason !== undefined);
  const expected = data('customers.rejects.csv')
    .toString()
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => !line.includes('exists'));
  expect(refused.map(({ name, reason }) => `${name},${reason?.includes(',') ? `"${reason}"` : reason}`).sort()).toEqual(
    expected.sort(),
  );
});
