import { describe, expect, test } from 'vitest';
import type { CustomerEvent } from '../../shared/customer.ts';
import { type Answer, type CustomerAnswer, OWNER, testStack } from '../stack.ts';
import { eventsOf } from '../table.ts';

const portal = testStack();
const { request, register, confirmed, linkToken, mailsTo, letExpire } = portal;

const TWENTY = Array.from({ length: 20 }, (_, i) => i);
const get = async (id: string) => (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: OWNER })).body;

describe('twenty at once', () => {
  test('accepts, declines, resends and expiries of one customer leave one outcome, one event per version, and answers that agree', async () => {
    for (const late of [false, true]) {
      const { id, email } = await register();
      const token = await linkToken(email ?? '');
      if (late) await letExpire(id);
      const actions: (() => Promise<Answer>)[] = [
        () => request('POST', '/v1/invites/accept', { body: { token } }),
        () => request('POST', '/v1/invites/decline', { body: { token } }),
        () => request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' }),
        () => request('POST', `/v1/customers/${id}/invite/resend`, { as: OWNER }),
        async () => ({
          status: 0,
          headers: new Headers(),
          body: (await portal.stack.runExpire()) as Record<string, unknown>,
        }),
      ];
      const answers = await Promise.all(TWENTY.map((i) => (actions[i % actions.length] as () => Promise<Answer>)()));

      const customer = await get(id);
      const events = await eventsOf(portal.stack, id);
      expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
      expect(customer.version).toBe(events.length);
      const outcomes = events.map(({ type }) => type).filter((type) => OUTCOMES.has(type));
      expect(outcomes.length).toBeLessThanOrEqual(1);
      if (!late) expect(outcomes).toHaveLength(1);

      const [outcome] = outcomes;
      const status = outcome === undefined ? customer.status : OUTCOMES.get(outcome);
      expect(customer.status).toBe(status);
      for (const [i, answer] of answers.entries()) {
        const [wanted] = [['ACTIVE'], ['DECLINED'], ['ACTIVE'], ['VERIFICATION_REQUIRED'], []][i % 5] ?? [];
        // Who is told that it went well is told so of what is; who is refused, of what stands in the way.
        if (answer.status === 200 && wanted !== 'VERIFICATION_REQUIRED')
          expect(answer.body).toMatchObject({ status: wanted });
        if (answer.status === 200 && wanted === 'ACTIVE') expect(outcome).toBe('InvitationAccepted');
        if (answer.status === 200 && wanted === 'DECLINED') expect(outcome).toBe('InvitationDeclined');
        expect([0, 200, 409, 429]).toContain(answer.status);
      }
    }
  });

  test('equal POSTs with one Idempotency-Key make one customer, one mail, twenty equal answers', async () => {
    const email = 'once@client.example';
    const post = () =>
      request<CustomerAnswer>('POST', '/v1/customers', { as: OWNER, key: 'one key', body: { name: 'Once', email } });
    const answers = await Promise.all(TWENTY.map(post));
    const [first] = answers;
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: first?.body });
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    await mailsTo(email);
    await request('POST', `/v1/customers/${first?.body.id}/invite/accept`, { as: email });
    // Long after, with the customer confirmed, the repetition gets the first answer, and no second mail is sent.
    expect((await post()).body).toEqual(first?.body);
    expect(await eventsOf(portal.stack, first?.body.id ?? '')).toHaveLength(2);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  test('different customers under one address leave one', async () => {
    const answers = await Promise.all(
      TWENTY.map((i) =>
        request('POST', '/v1/customers', { as: OWNER, body: { name: `Rival ${i}`, email: 'rivals@client.example' } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
  });

  test('clouds of one name leave one; clouds of different names all come to be', async () => {
    const { id } = await confirmed();
    const create = (name: string, key?: string) =>
      request('POST', `/v1/customers/${id}/clouds`, { as: OWNER, body: { name }, ...(key !== undefined && { key }) });
    const equal = await Promise.all(TWENTY.map(() => create('same')));
    expect(equal.filter(({ status }) => status === 201)).toHaveLength(1);
    // Whoever is told to try again does, as a client would.
    const names = TWENTY.slice(0, 8).map((i) => `cloud-${i}`);
    await Promise.all(
      names.map(async (name) => {
        for (;;) {
          const answer = await create(name, name);
          if (answer.status !== 503) return expect(answer.status).toBe(201);
        }
      }),
    );
    const { body } = await request<{ clouds: { name: string }[] }>('GET', `/v1/customers/${id}/clouds`, { as: OWNER });
    expect(body.clouds.map(({ name }) => name).sort()).toEqual([...names, 'same'].sort());
  });

  test('an equal transition with one Idempotency-Key happens once, and is answered alike', async () => {
    const { id } = await confirmed();
    const answers = await Promise.all(
      TWENTY.slice(0, 8).map(() =>
        request('POST', `/v1/customers/${id}/clouds`, { as: OWNER, key: 'k', body: { name: 'one' } }),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]?.body });
    const other = await request('POST', `/v1/customers/${id}/clouds`, { as: OWNER, key: 'k', body: { name: 'two' } });
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });
});

/** What ends an invitation, and the status that it leads to. */
const OUTCOMES = new Map<CustomerEvent['type'], string>([
  ['InvitationAccepted', 'ACTIVE'],
  ['InvitationDeclined', 'DECLINED'],
]);
