import { expect, test } from 'vitest';
import {
  billingActivate,
  billingBindBillableObject,
  billingCreateCloud,
  billingCreateResellerServed,
  billingGetOperation,
  billingInvite,
  billingListAccessBindings,
  billingListBillableObjectBindings,
  billingListCustomers,
  billingSuspend,
  billingUpdateAccessBindings,
} from './billing.ts';
import {
  activateCustomer,
  createCloud,
  createCustomer,
  getAccess,
  getOperation,
  linkCloud,
  listClouds,
  listCustomers,
  suspendCustomer,
  updateAccess,
} from './contract.ts';

test.each([
  'name',
  'person.name',
  'person.longname',
  'person.postCode',
  'person.postAddress',
  'person.legalAddress',
  'person.tin',
])('the length of a customer’s %s is not limited', (field) => {
  const text = 'x'.repeat(1_000_000);
  const [first = '', ofPerson] = field.split('.');
  const values = { [first]: ofPerson === undefined ? text : { [ofPerson]: text } };
  const body = { resellerId: 'acme', name: 'Wind', person: {}, ...values };
  expect(billingCreateResellerServed.body.safeParse(body).success).toBe(true);
});

test.each([
  [billingListCustomers, listCustomers],
  [billingInvite, createCustomer],
  [billingCreateResellerServed, createCustomer],
  [billingActivate, activateCustomer],
  [billingSuspend, suspendCustomer],
  [billingBindBillableObject, linkCloud],
  [billingListBillableObjectBindings, listClouds],
  [billingListAccessBindings, getAccess],
  [billingUpdateAccessBindings, updateAccess],
  [billingCreateCloud, createCloud],
  [billingGetOperation, getOperation],
])('$name may be called by the same callers as the endpoint that does the same', (method, endpoint) => {
  expect(method.access).toBe(endpoint.access);
});
