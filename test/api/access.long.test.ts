/** Hundreds of roles at once, and changes of roles that are interrupted or meet each other. */
import { describe, expect, test } from 'vitest';
import { FORMAT } from '../../shared/table/format.ts';
import { accessKey, customerKey, type Subject } from '../../shared/table/keys.ts';
import { type CustomerAnswer, ownStack } from '../stack.ts';
import { itemsOf, setOnCustomer, writeItems } from '../table.ts';
import { bindingsOf } from './bindings.ts';

const portal = ownStack();
const { owner, at } = portal.partner;
const { request, register, confirmed } = portal;
const role = (name: string) => `billing.accounts.${name}`;
const user = (id: string) => ({ type: 'USER', id });

type Delta = { action: 'ADD' | 'REMOVE'; roleId: string; subject: { id: string; type: string } };

const add = (name: string, subject: Delta['subject']): Delta => ({ action: 'ADD', roleId: role(name), subject });
const remove = (name: string, subject: Delta['subject']): Delta => ({ action: 'REMOVE', roleId: role(name), subject });
const update = (id: string, deltas: unknown[], as = owner, headers: Record<string, string> = {}) =>
  request('PATCH', `/v1/customers/${id}/access`, { as, body: { deltas }, headers });
/** Grants viewer to these people in one request, or revokes it. */
const updateAll = (id: string, delta: typeof add, people: Delta['subject'][]) =>
  update(
    id,
    people.map((one) => delta('viewer', one)),
  );
const status = async (id: string, as: string) =>
  (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as })).status;
const bindings = (id: string, options?: { as?: string; pageSize?: number }) => bindingsOf(portal, id, options);

/** The pointers by which people find the customer, except those of its invitation. */
const pointersTo = async (id: string) =>
  (await itemsOf(portal.stack)).filter(({ sk }) => sk.endsWith(`BOUND_TO#${id}`)).map(({ pk }) => pk);

describe('granting and revoking', () => {
  test('of hundreds of roles at once is one change; each person finds the customer, until it is removed', {
    timeout: 120_000,
  }, async () => {
    const { id } = await register();
    const many = Array.from({ length: 1000 }, (_, i) => user(at(`m${i}`)));
    // A request has at most 64 KB: about 650 deltas. One transaction does not hold the pointers of a half.
    const half = many.length / 2;
    for (const people of [many.slice(0, half), many.slice(half)])
      expect(await updateAll(id, add, people)).toMatchObject({ status: 204 });
    expect((await bindings(id, { pageSize: 70 })).filter((one) => one.includes('viewer m'))).toHaveLength(many.length);
    for (const i of [0, half, many.length - 1]) {
      const as = at(`m${i}`);
      expect(await status(id, as)).toBe(200);
      const mine = await request('GET', '/v1/me/customers', { as });
      expect(mine.body).toMatchObject({ customers: [{ id }] });
    }
    expect(await updateAll(id, remove, many.slice(0, half))).toMatchObject({ status: 204 });
    expect(await status(id, at('m0'))).toBe(404);
    expect((await request('GET', '/v1/me/customers', { as: at(`m${half - 1}`) })).body).toEqual({ customers: [] });
    await request('DELETE', `/v1/customers/${id}`, { as: owner });
    await portal.stack.runExpire();
    const left = (await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id));
    expect(left.map(({ sk }) => sk)).toEqual(['CUSTOMER']);
  });

  test('the same role again and again does not use up the limit', { timeout: 120_000 }, async () => {
    const { id } = await register();
    const LIMIT = 1000;
    const stored = 0;
    await writeBindings(id, stored);
    const many = Array.from({ length: LIMIT - 20 - stored }, (_, i) => user(at(`p${i}`)));
    const all = async (delta: typeof add) => {
      const half = many.length / 2;
      for (const people of [many.slice(0, half), many.slice(half)])
        expect(await updateAll(id, delta, people)).toMatchObject({ status: 204 });
    };
    for (let round = 0; round < 2; round++) {
      await all(add);
      expect(await pointersTo(id)).toHaveLength(many.length);
      await all(remove);
      const left = (await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id));
      expect(left.filter(({ sk }) => sk.includes('BOUND_TO#'))).toEqual([]);
      const access = left.filter(({ sk }) => sk.startsWith('ACCESS#'));
      // Nothing is kept of a person without a role.
      expect(access.flatMap(({ subjects }) => Object.keys(subjects as object))).toHaveLength(stored);
    }
    // The limit counts the roles that are left.
    await all(add);
    const twenty = Array.from({ length: 20 }, (_, i) => user(at(`q${i}`)));
    expect((await updateAll(id, add, twenty)).status).toBe(204);
    expect(await update(id, [add('viewer', user(at('one-too-many')))])).toMatchObject({
      status: 409,
      body: { code: 'TOO_MANY_BINDINGS' },
    });
  });

  /** Writes roles of this many people into the table, as earlier changes would have. */
  async function writeBindings(id: string, count: number): Promise<void> {
    const people = Array.from({ length: count }, (_, n): Subject => `USER#${at(`stored-${n}`)}`);
    const origin = { granted: true, by: `USER#${owner}`, at: new Date().toISOString() };
    const byItem = Object.groupBy(people, (subject) => accessKey(id, subject).sk);
    await writeItems(
      portal.stack,
      Object.entries(byItem).map(([sk, subjects = []]) => ({
        ...customerKey(id),
        sk,
        subjects: Object.fromEntries(subjects.map((subject) => [subject, { [role('viewer')]: origin }])),
        format: FORMAT,
      })),
    );
    if (count > 0) await setOnCustomer(portal.stack, id, { ownBindings: true });
  }

  test('of hundreds of roles is finished by the schedule if it was interrupted', { timeout: 60_000 }, async () => {
    const { id } = await register();
    const people = Array.from({ length: 300 }, (_, i) => user(at(`i${i}`)));
    for (const [delta, expected] of [
      [add, people.length],
      [remove, 0],
    ] as const) {
      let transactions = 0;
      const stop = portal.stack.observe(({ functionName, operation }) => {
        // The process dies after the change itself and a part of the pointers.
        if (functionName !== 'updateAccess' || operation !== 'TransactWriteItems' || ++transactions < 3) return;
        stop();
        void portal.stack.coldStart('updateAccess');
      });
      expect(await updateAll(id, delta, people)).toMatchObject({ status: 500 });
      expect((await bindings(id, { pageSize: 1000 })).filter((one) => one.includes('viewer i'))).toHaveLength(expected);
      expect((await pointersTo(id)).length).not.toBe(expected);
      await portal.stack.runExpire();
      expect(await pointersTo(id)).toHaveLength(expected);
      expect((await itemsOf(portal.stack)).filter(({ pk, owed }) => pk.endsWith(id) && owed)).toEqual([]);
    }
  });

  test('an interrupted change leaves nothing behind after its customer was deleted and removed', async () => {
    const { id } = await register();
    const stop = portal.stack.observe(({ functionName, operation }) => {
      if (functionName !== 'updateAccess' || operation !== 'TransactWriteItems') return;
      stop();
      void portal.stack.coldStart('updateAccess');
    });
    const people = Array.from({ length: 200 }, (_, i) => user(at(`d${i}`)));
    await updateAll(id, add, people);
    expect((await request('DELETE', `/v1/customers/${id}`, { as: owner })).status).toBe(204);
    await portal.stack.runExpire();
    const left = (await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id));
    expect(left.map(({ sk }) => sk)).toEqual(['CUSTOMER']);
  });

  test('of hundreds of roles by several people at once leaves pointers for exactly the people with a role', {
    timeout: 120_000,
  }, async () => {
    const { id } = await register();
    const people = Array.from({ length: 150 }, (_, i) => user(at(`c${i}`)));
    await Promise.all(
      [add, remove, add, remove, add].map(async (delta, i) => {
        const deltas = people.filter((_, n) => n % 5 !== i).map((one) => delta('viewer', one));
        for (;;) {
          const answer = await update(id, deltas);
          if (answer.status !== 503) return expect(answer.status).toBe(204);
        }
      }),
    );
    await portal.stack.runExpire();
    const holders = (await bindings(id, { pageSize: 1000 })).filter((one) => one.includes('viewer c'));
    expect(await pointersTo(id)).toHaveLength(holders.length);
    for (const one of holders.slice(0, 3)) {
      const mine = await request('GET', '/v1/me/customers', { as: one.split(' ').at(-1) ?? '' });
      expect(mine.body).toMatchObject({ customers: [{ id }] });
    }
  });

  test('many roles at the same time loses none', async () => {
    const { id } = await confirmed();
    const people = Array.from({ length: 20 }, (_, i) => user(at(`p${i}`)));
    await Promise.all(
      people.map(async (one) => {
        // A client that is told to try again does so.
        for (;;) {
          const answer = await update(id, [add('viewer', one)]);
          if (answer.status !== 503) return expect(answer.status).toBe(204);
        }
      }),
    );
    expect((await bindings(id)).filter((one) => one.includes('viewer p'))).toHaveLength(people.length);
  });
});
