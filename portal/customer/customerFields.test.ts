import { expect, it } from 'vitest';
import type { Customer } from '../customers/customerStatus.tsx';
import { changesOf, onto, valuesOf, wrongFields } from './customerFields.ts';

const bakery: Customer = {
  id: 'dn2aaaaaaaaaaaaaaaaa',
  billingAccountId: 'dn2aaaaaaaaaaaaaaaaa',
  partnerId: 'acme',
  name: 'Mila Bakery',
  friendlyName: 'The corner',
  role: 'Partner',
  email: 'ivan@bakery.example',
  person: { longname: 'Mila Bakery LLC', phone: '+7 495 123-45-67' },
  language: 'en',
  adminEmails: ['a@bakery.example', 'b@bakery.example'],
  status: 'VERIFICATION_REQUIRED',
  statusLabel: '',
  organization: null,
  clouds: 0,
  invite: null,
  approval: null,
  version: 3,
  createdAt: '2026-05-01T12:00:00.000Z',
  createdBy: 'owner@acme.example',
  updatedAt: '2026-05-01T12:00:00.000Z',
};
const typed = (fields: Partial<ReturnType<typeof valuesOf>>, customer = bakery) => ({
  ...valuesOf(customer),
  ...fields,
});

it('a form in which nothing was changed asks for nothing', () => {
  expect(changesOf(bakery, valuesOf(bakery))).toEqual({});
  expect(changesOf(bakery, typed({ adminEmails: 'a@bakery.example, b@bakery.example' }))).toEqual({});
});

it('only what was changed is asked for', () => {
  expect(changesOf(bakery, typed({ role: 'Reseller' }))).toEqual({ role: 'Reseller' });
  expect(changesOf(bakery, typed({ email: ' new@bakery.example ' }))).toEqual({ email: 'new@bakery.example' });
  expect(changesOf(bakery, typed({ adminEmails: 'b@bakery.example' }))).toEqual({ adminEmails: ['b@bakery.example'] });
  expect(changesOf(bakery, typed({ adminEmails: '' }))).toEqual({ adminEmails: [] });
  expect(changesOf({ ...bakery, friendlyName: 'Mila' }, typed({ friendlyName: ' ' }))).toEqual({ friendlyName: null });
});

it('of legal information, what was changed is asked for, and what was emptied is removed', () => {
  const changes = changesOf(bakery, typed({ 'person.tin': '7701', 'person.phone': ' ' }));
  expect(changes).toEqual({ person: { tin: '7701', phone: null } });
  expect(wrongFields(changes)).toEqual(new Map());
});

it('what somebody else has changed meanwhile is taken, and what was typed stays', () => {
  const now = { ...bakery, role: 'Integrator', person: { ...bakery.person, phone: '112' }, version: 4 };
  const kept = onto(bakery, now, typed({ friendlyName: 'Round the corner', 'person.tin': '7701' }));
  expect(changesOf(now, kept)).toEqual({
    friendlyName: 'Round the corner',
    person: { tin: '7701' },
  });
});

it('a change that has been made already leaves nothing to ask for', () => {
  const now = { ...bakery, role: 'Reseller', version: 4 };
  expect(changesOf(now, onto(bakery, now, typed({ role: 'Reseller' })))).toEqual({});
});

it('what is wrong stands at its field', () => {
  const changes = changesOf(
    bakery,
    typed({ email: 'nobody', name: ' ', adminEmails: 'a@bakery.example\nb@', 'person.phone': 'x' }),
  );
  expect([...wrongFields(changes)].map(([field, { message }]) => [field, message]).sort()).toEqual([
    ['adminEmails', 'email is not valid'],
    ['email', 'email is not valid'],
    ['name', 'name is required'],
    ['person.phone', 'phone is not valid'],
  ]);
  expect([...wrongFields(changesOf(bakery, typed({ friendlyName: 'www.bakery.example' }))).keys()]).toEqual([
    'friendlyName',
  ]);
});
