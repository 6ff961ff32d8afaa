/** The limits on requests: nobody uses up what others need. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { sized } from '../size.ts';
import { assemblyWith, NOBODY, OPERATOR, OTHER_PARTNER, OWNER, ownStack, ROBOT } from '../stack.ts';

/** The limit of each route without sign-in, in the template. */
const ANONYMOUS = { perSecond: 30, burst: 60 };
/** A low limit, so that few requests reach it; and its window. */
const PARTNER_REQUESTS_PER_SECOND = 5;
const WINDOW = { seconds: 5, requests: 25, free: 1 };
const FLOOD = 60;
const PREVIEWS = sized(500, 1_500);

const portal = ownStack({
  throttling: true,
  assembly: await assemblyWith({ PARTNER_REQUESTS_PER_SECOND: String(PARTNER_REQUESTS_PER_SECOND) }),
});
const { request } = portal;

const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
const statuses = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))].sort();
const counts = ({ operation, input }: DynamoDbCall) =>
  operation === 'UpdateItem' && JSON.stringify(input['Key']).includes('REQUESTS#');

test(`${PREVIEWS} bad previews of somebody without sign-in stop nobody who is signed in`, async () => {
  const preview = () => request('POST', '/v1/invites/preview', { body: { token: 'made-up' } });
  const startedAt = performance.now();
  const flood = times(PREVIEWS, preview);
  const mine = await times(20, () => request('GET', '/v1/me', { as: OWNER }));
  const answers = await flood;
  const seconds = (performance.now() - startedAt) / 1000;
  expect(statuses(mine)).toEqual([200]);
  expect(await request('GET', '/v1/me', { as: OWNER })).toMatchObject({ status: 200 });
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused[0]?.body).toEqual({ message: 'Too Many Requests' });
  expect(answers.length - refused.length).toBeLessThanOrEqual(
    ANONYMOUS.burst + ANONYMOUS.perSecond * Math.ceil(seconds),
  );
});

describe('the limit of a partner', () => {
  const members = (as: string) => request('GET', '/v1/members', { as });
  const floodOf = async (count: number, send: () => ReturnType<typeof members>) => {
    const answers = await times(count, send);
    return { answers, served: answers.filter(({ status }) => status === 200).length };
  };

  beforeEach(() => {
    portal.stack.clock.freeze();
    portal.stack.clock.advance(2 * WINDOW.seconds * 1000);
  });
  afterEach(() => {
    portal.stack.aws.interfere = () => undefined;
    portal.stack.clock.skew('listMembers', 0);
  });

  test('stops a partner that sends too many requests, with all its members and service accounts, and nobody else', async () => {
    let written = 0;
    const stop = portal.stack.observe((call) => {
      if (counts(call)) written += 1;
    });
    await times(WINDOW.free, () => members(OWNER));
    // Ordinary use costs nothing.
    expect(written).toBe(0);
    const { answers, served } = await floodOf(FLOOD, () => members(OWNER));
    expect(served).toBeLessThanOrEqual(WINDOW.requests + WINDOW.free);
    expect(served).toBeGreaterThan(0.8 * WINDOW.requests);
    expect(written).toBeLessThan(FLOOD / 3);
    stop();

    const [refused, ...others] = answers.filter(({ status }) => status !== 200);
    expect(statuses(others)).toEqual([429]);
    expect(refused).toMatchObject({ status: 429, body: { code: 'REQUEST_LIMIT' } });
    expect(refused?.body['detail']).toContain(`partnerRequestsPerSecond: ${PARTNER_REQUESTS_PER_SECOND} `);
    const retryAfter = Number(refused?.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(WINDOW.seconds);

    expect(await members(ROBOT)).toMatchObject({ status: 429 });
    expect(await members(OTHER_PARTNER)).toMatchObject({ status: 200 });
    expect(await members(NOBODY)).toMatchObject({ status: 403 });
    // Each instance serves some requests without counting. Its next one reads the count that all functions share.
    const own = await times(WINDOW.free + 1, () => request('GET', '/v1/customers', { as: OWNER }));
    expect(
      own
        .map(({ status }) => status)
        .sort()
        .slice(-2),
    ).toEqual([200, 429]);
    const billing = await times(WINDOW.free + 1, () =>
      request('GET', '/billing/v1/customers?resellerId=acme', { as: OWNER }),
    );
    expect(billing.find(({ status }) => status === 429)).toMatchObject({
      body: { code: 8, details: expect.arrayContaining([expect.objectContaining({ reason: 'REQUEST_LIMIT' })]) },
    });

    portal.stack.clock.advance(retryAfter * 1000);
    expect(await members(OWNER)).toMatchObject({ status: 200 });
  });

  test('counts refused requests, and requests for oneself', async () => {
    const unknown = () => request('GET', `/v1/customers/dn2${'x'.repeat(17)}`, { as: OWNER });
    expect(statuses(await times(FLOOD, unknown))).toEqual([404, 429]);
    portal.stack.clock.advance(WINDOW.seconds * 1000);
    expect((await floodOf(FLOOD, () => request('GET', '/v1/me', { as: OWNER }))).served).toBeLessThan(FLOOD / 2);
  });

  test('limits neither the provider’s operators nor people without a partner', async () => {
    expect(statuses(await times(FLOOD, () => request('GET', '/v1/me', { as: OPERATOR })))).toEqual([200]);
    expect(statuses(await times(FLOOD, () => request('GET', '/v1/me', { as: NOBODY })))).toEqual([200]);
  });

  test('is not used up by a function whose clock is ahead', async () => {
    portal.stack.clock.skew('listMembers', 150_000);
    expect((await floodOf(FLOOD, () => members(OWNER))).served).toBeLessThan(FLOOD / 2);
    const { served } = await floodOf(20, () => request('GET', '/v1/customers', { as: OWNER }));
    expect(served).toBe(20);
  });

  test('stops nobody while the count can’t be written', async () => {
    // The SDK waits before it sends a refused request again.
    portal.stack.clock.resume();
    portal.stack.aws.interfere = ({ operation, input }) =>
      counts({ operation, input } as DynamoDbCall) ? { before: () => 'refuse' } : undefined;
    expect((await floodOf(30, () => members(OWNER))).served).toBe(30);
  });
});
