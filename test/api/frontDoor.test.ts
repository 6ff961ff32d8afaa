/** Functions answer only requests that came through the distribution. */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { FRONT_DOOR_HEADER } from '../../shared/http/frontDoor.ts';
import { bearerOf } from '../bearer.ts';
import { requestOf } from '../inProcess.ts';
import { expectRefusal, expectRefusalOf, inParallel, type RawRequest } from '../refusal.ts';
import { testStack } from '../stack.ts';

const portal = testStack();
const { partner, request } = portal;

/** Sends a request to the function of its route with another header of the front door: as if to the gateway's own address. */
async function sendWith(door: string | undefined, raw: RawRequest) {
  const { stack } = portal;
  const changed = (event: APIGatewayProxyEventV2) => {
    const { [FRONT_DOOR_HEADER]: _, ...headers } = event.headers;
    return { ...event, headers: { ...headers, ...(door !== undefined && { [FRONT_DOOR_HEADER]: door }) } };
  };
  const api = stack.httpApiOf((id, event) => stack.invoke(id, changed(event as APIGatewayProxyEventV2)));
  const answer = await api(requestOf(stack.portalUrl, raw), async () => Buffer.from(raw.body ?? ''));
  return { status: answer.status, headers: answer.headers, text: answer.body.toString() };
}
/** The calls to the table while requests are refused. */
async function callsDuring(refuse: () => Promise<unknown>): Promise<DynamoDbCall[]> {
  const calls: DynamoDbCall[] = [];
  const stop = portal.stack.observe((call) => calls.push(call));
  await refuse().finally(stop);
  return calls;
}

describe('a request without the header of the distribution', () => {
  test('is refused at every endpoint, before anything is read', async () => {
    const authorization = await bearerOf(portal.stack, partner.owner);
    const calls = await callsDuring(() =>
      inParallel(ENDPOINTS, async (endpoint) => {
        const { method, path } = endpoint;
        const json = { 'content-type': 'application/json' };
        const answer = await sendWith(undefined, {
          method,
          path: path.replace(/\{\w+\}/g, 'x'),
          headers: { authorization, ...(endpoint.body && json) },
          body: endpoint.body && '{}',
        });
        expect(expectRefusalOf(endpoint, answer, `${method} ${path}`).code, path).toBe('DIRECT_REQUEST');
      }),
    );
    expect(calls).toEqual([]);
  });

  test('is refused with a guessed header, too', async () => {
    for (const door of ['', 'guessed', '0'.repeat(64)])
      expect(expectRefusal(await sendWith(door, { method: 'GET', path: '/v1/me' }), door).code).toBe('DIRECT_REQUEST');
  });

  test('of the Billing API is refused in the form of that API, also for a service account and an unknown method', async () => {
    const headers = { authorization: await bearerOf(portal.stack, partner.robot) };
    for (const path of ['/billing/v1/customers?resellerId=acme', '/billing/v1/nothing']) {
      const { status, text } = await sendWith(undefined, { method: 'GET', path, headers });
      expect([status, JSON.parse(text)]).toMatchObject([
        403,
        { code: 7, details: expect.arrayContaining([expect.objectContaining({ reason: 'DIRECT_REQUEST' })]) },
      ]);
    }
  });

  test('is counted by a line of log that is a metric, and the line shows neither header nor address', async () => {
    await sendWith('guessed', { method: 'GET', path: '/v1/me' });
    const lines = readFileSync(`${portal.stack.directory}/logs/getMe.log`, 'utf8').split('\n');
    const line = lines.findLast((each) => each.includes('directRequests')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      directRequests: 1,
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'partner-portal-local-us-east-1',
            Dimensions: [[]],
            Metrics: [{ Name: 'directRequests', Unit: 'Count' }],
          },
        ],
      },
    });
    expect(line).not.toMatch(/guessed|127\.0\.0\.1/);
  });
});

test('a viewer can neither send the header nor change it: the distribution replaces it', async () => {
  const headers = { [FRONT_DOOR_HEADER]: 'guessed' };
  expect(await request('GET', '/v1/me', { as: partner.owner, headers })).toMatchObject({ status: 200 });
});
