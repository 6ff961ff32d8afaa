/** The log: each line says to whose request it belongs, and each question of an operator finds its answer. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ask, type LogLine, readLogs } from '../../cli/logLines.ts';
import { SAVED_QUERIES } from '../../infra/savedQueries.ts';
import { principalDigest } from '../../shared/log.ts';
import { eventKey } from '../../shared/table/keys.ts';
import { assemblyWith, type CustomerAnswer, OTHER_PARTNER, OWNER, ownStack, VIEWER } from '../stack.ts';
import { itemAt, itemsOf } from '../table.ts';

/** So few that a test reaches the limit. */
const PARTNER_REQUESTS_PER_SECOND = '5';

const portal = ownStack({
  throttling: true,
  assembly: await assemblyWith({ PARTNER_REQUESTS_PER_SECOND }),
});
const { request, register, linkToken, mailsTo } = portal;

const PATIENCE = { timeout: 20_000 };
const lines = () => readLogs(join(portal.stack.directory, 'logs'));
/**
 * The answer to a question, with the columns that an operator sees, as soon as the log has so many lines of it: a worker's log is written a
 * moment later.
 */
async function answerTo(option: string, asked: string | undefined, enough: (rows: LogLine[]) => void) {
  const query = SAVED_QUERIES.find((each) => each.option === option);
  if (!query) throw new Error(`there is no question ${option}`);
  return vi.waitFor(() => {
    const { rows } = ask(query, lines(), asked);
    enough(rows);
    return rows;
  }, PATIENCE);
}
const matching = (line: object) => expect.arrayContaining([expect.objectContaining(line)]);

/** The window of the limit is over, so that the next requests count anew. */
const nextWindow = () => portal.stack.clock.advance(10_000);
const owner = { caller: 'USER', principal: principalDigest(`USER#${OWNER}`), partnerId: 'acme' };
const RELEASE = expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);

beforeAll(() => portal.stack.clock.freeze());

describe('each line of a request has request, function, release, route, endpoint, caller, partner and customer', () => {
  let customer: CustomerAnswer;
  beforeAll(async () => {
    customer = await register();
    nextWindow();
  });
  const REQUEST_ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const resultOf = (endpoint: string, line: object) =>
    vi.waitFor(() => {
      const found = lines().filter((each) => each['endpoint'] === endpoint && 'status' in each);
      expect(found).toEqual(matching(line));
      const [first] = found.filter((each) => Object.entries(line).every(([name, value]) => each[name] === value));
      return first as LogLine;
    }, PATIENCE);

  test('of an answered request', async () => {
    await request('GET', `/v1/customers/${customer.id}`, { as: OWNER });
    expect(await resultOf('getCustomer', { status: 200 })).toMatchObject({
      ...owner,
      ...{ timestamp: expect.any(String), level: 'INFO', function: 'getCustomer', release: RELEASE },
      ...{ requestId: REQUEST_ID, traceId: REQUEST_ID, endpoint: 'getCustomer' },
      ...{ route: 'GET /v1/customers/{customerId}', customerId: customer.id, status: 200 },
      durationMs: expect.any(Number),
    });
  });

  test('of a refused request, of a member or of somebody else', async () => {
    await request('POST', `/v1/customers/${customer.id}/suspend`, { as: VIEWER });
    await request('POST', `/v1/customers/${customer.id}/suspend`, { as: OTHER_PARTNER });
    await resultOf('suspendCustomer', {
      ...{ status: 403, code: 'ROLE_MISSING', partnerId: 'acme', customerId: customer.id },
      principal: principalDigest(`USER#${VIEWER}`),
    });
    await resultOf('suspendCustomer', {
      ...{ status: 404, code: 'CUSTOMER_NOT_FOUND', partnerId: 'globex', customerId: customer.id },
      principal: principalDigest(`USER#${OTHER_PARTNER}`),
    });
  });

  test('of a request without a valid token', async () => {
    await request('POST', `/v1/customers/${customer.id}/resend`, { headers: { authorization: 'Bearer x' } });
    await request('GET', `/v1/customers/${customer.id}/clouds`, { headers: { authorization: 'Bearer x' } });
    const line = await resultOf('listClouds', { status: 401, code: 'TOKEN_INVALID', customerId: customer.id });
    expect(line).not.toHaveProperty('principal');
  });

  test('of a request over the limit of the partner', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => request('GET', '/v1/members', { as: OWNER })));
    expect(answers.map(({ status }) => status)).toContain(429);
    await resultOf('listMembers', { status: 429, code: 'REQUEST_LIMIT', ...owner });
    nextWindow();
  });

  test('of a holder of the emailed link', async () => {
    const token = await linkToken(customer.email ?? '');
    await request('POST', '/v1/invites/preview', { body: { token } });
    await resultOf('previewInvite', { status: 200, customerId: customer.id });
    await request('POST', '/v1/invites/preview', {
      body: { token: token.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')) },
    });
    await resultOf('previewInvite', { status: 404, code: 'INVITE_LINK_INVALID', customerId: customer.id });
  });

  test('also of a line that is written on the way', async () => {
    // The SDK waits before it sends a refused request again.
    portal.stack.clock.resume();
    portal.stack.aws.interfere = ({ operation, input }) =>
      operation === 'UpdateItem' && JSON.stringify(input['Key']).includes('REQUESTS#')
        ? { before: () => 'refuse' }
        : undefined;
    await Promise.all(Array.from({ length: 30 }, () => request('GET', '/v1/customers', { as: OWNER })));
    portal.stack.aws.interfere = () => undefined;
    portal.stack.clock.freeze();
    await vi.waitFor(
      () =>
        expect(lines()).toEqual(
          matching({
            ...owner,
            work: 'countRequest',
            endpoint: 'listCustomers',
            requestId: REQUEST_ID,
            release: RELEASE,
          }),
        ),
      PATIENCE,
    );
    nextWindow();
  });
});

describe('an id joins a request with everything that follows from it', () => {
  test('the event, its mail, and the reports on the mail', async () => {
    const answer = await request<CustomerAnswer>('POST', '/v1/customers', {
      ...{ as: OWNER, body: { name: 'Traced', email: 'mila@traced.example' } },
    });
    const { id } = answer.body;
    await mailsTo('mila@traced.example');
    await portal.stack.idle();
    const traceId = answer.headers.get('apigw-requestid') ?? '';
    expect(await itemAt(portal.stack, eventKey(id, 1))).toMatchObject({ traceId });
    const about = { customerId: id, release: RELEASE };
    await answerTo('request', traceId, (rows) => {
      expect(rows).toEqual(matching({ endpoint: 'createCustomer', requestId: traceId, status: 201 }));
      expect(rows).toEqual(matching({ ...about, function: 'createCustomer', event: 'CustomerInvited', version: 1 }));
      expect(rows).toEqual(matching({ ...about, function: 'deliverMail', kind: 'INVITATION', outcome: 'sent' }));
      expect(rows).toEqual(matching({ ...about, function: 'recordDelivery', report: 'Delivery', version: 1 }));
    });
    expect(
      lines()
        .filter((line) => line['customerId'] === id)
        .map((line) => line['traceId']),
    ).not.toContain(undefined);
  });

  test('the invitation of a member', async () => {
    const answer = await request('PUT', '/v1/members/traced@acme-friends.example', {
      ...{ as: OWNER, body: { roles: ['billing.accounts.viewer'] } },
    });
    expect(answer.status).toBe(200);
    await mailsTo('traced@acme-friends.example');
    const traceId = answer.headers.get('apigw-requestid') ?? '';
    const events = (await itemsOf(portal.stack)).filter((item) => item['traceId'] === traceId);
    expect(events).toEqual([expect.objectContaining({ type: 'MemberInvited', pk: 'PARTNER#acme' })]);
    await answerTo('request', traceId, (rows) =>
      expect(rows).toEqual(
        matching({ function: 'deliverMail', partnerId: 'acme', kind: 'MEMBER_INVITED', outcome: 'sent' }),
      ),
    );
  });

  test('a run of the schedule, which no request began', async () => {
    const { id } = await register();
    await portal.letExpire(id);
    await portal.stack.runExpire();
    await answerTo('customer', id, (rows) => {
      expect(rows).toEqual(matching({ function: 'expireUnconfirmed', event: 'CustomerExpired' }));
      const [run, ...others] = lines().filter(
        (line) => line['function'] === 'expireUnconfirmed' && line['customerId'] === id,
      );
      expect(run).toMatchObject({ requestId: run?.['traceId'], traceId: expect.any(String) });
      expect(others).toEqual([]);
    });
  });
});

describe('the question', () => {
  const ofRow = (row: object) => expect.objectContaining(row);

  test('what happened to this customer: its story, in order, and nobody else’s', async () => {
    const { id, email } = await register();
    const { id: otherId } = await register();
    portal.stack.clock.advance(1000);
    await request('POST', '/v1/invites/accept', { body: { token: await linkToken(email ?? '') } });
    await request('POST', `/v1/customers/${id}/suspend`, { as: VIEWER });
    portal.stack.clock.advance(1000);
    await request('POST', `/v1/customers/${id}/suspend`, { as: OWNER });
    const rows = await answerTo('customer', id, (all) => {
      expect(all).toEqual(matching({ event: 'CustomerSuspended', principal: owner.principal, version: 3 }));
      expect(all).toEqual(matching({ endpoint: 'suspendCustomer', status: 403, code: 'ROLE_MISSING' }));
      expect(all).toEqual(matching({ work: 'recordDelivery' }));
    });
    const events = rows.map((row) => row['event']).filter(Boolean);
    expect(events).toEqual(['CustomerInvited', 'InvitationAccepted', 'CustomerSuspended']);
    expect(JSON.stringify(rows)).not.toContain(otherId);
  });

  test('why did this mail not leave: what SES said, that it was not wanted any more, that it bounced', async () => {
    portal.stack.ses.failMail = () => 'reject';
    const rejected = await register();
    await portal.stack.idle();
    portal.stack.ses.failMail = () => undefined;
    await answerTo('mail', rejected.id, (rows) =>
      expect(rows).toEqual([ofRow({ kind: 'INVITATION', outcome: 'failed', attempts: 1, error: expect.any(String) })]),
    );
    portal.stack.stream.mode = 'paused';
    const deleted = await register();
    await request('DELETE', `/v1/customers/${deleted.id}`, { as: OWNER });
    portal.stack.stream.mode = 'running';
    await portal.stack.idle();
    await answerTo('mail', deleted.id, (rows) =>
      expect(rows).toEqual([ofRow({ outcome: 'dropped', why: 'ANSWERED_OR_REPLACED', version: 1 })]),
    );
    const bounced = await register({ email: 'bounce@simulator.amazonses.com' });
    await mailsTo('bounce@simulator.amazonses.com');
    await portal.stack.idle();
    await answerTo('mail', bounced.id, (rows) =>
      expect(rows).toEqual(matching({ function: 'recordDelivery', report: 'Bounce', deliveryStatus: 'BOUNCED' })),
    );
  });

  test('who is hammering: the partner and the caller with the most requests, with the refused ones', async () => {
    nextWindow();
    await Promise.all(Array.from({ length: 120 }, () => request('GET', '/v1/members', { as: 'owner@globex.example' })));
    nextWindow();
    await answerTo('hammering', undefined, (rows) =>
      expect(rows[0]).toMatchObject({
        ...{ partnerId: 'globex', route: 'GET /v1/members', status: 429, code: 'REQUEST_LIMIT' },
        ...{ principal: principalDigest(`USER#${OTHER_PARTNER}`), requests: expect.any(Number) },
      }),
    );
  });

  test('what did this release change: results and errors by function and release', async () => {
    const rows = await answerTo('release', undefined, (all) => {
      expect(all).toEqual(matching({ function: 'listMembers', status: 200, level: 'INFO', release: RELEASE }));
      expect(all).toEqual(matching({ function: 'deliverMail', level: 'ERROR', outcome: 'failed' }));
    });
    expect(new Set(rows.map((row) => row['release'])).size).toBe(1);
  });

  test('is asked with npm run logs', () => {
    const logs = (...args: string[]) =>
      execFileSync(process.execPath, ['cli/logs.ts', ...args], {
        encoding: 'utf8',
        env: { ...process.env, LOCAL_DIR: portal.stack.directory },
      });
    expect(logs('--hammering').split('\n')[0]).toMatch(
      /^requests +slowestMs +since +until +partnerId +principal +viewer +route/,
    );
    expect(logs('--customer', 'dn2')).toBe('No line of the logs tells it.\n');
    expect(() => logs('--customer')).toThrow('npm run -s logs -- --customer <id>  What happened to this customer');
  });
});

test('no line has a name or an address that somebody entered', () => {
  expect(JSON.stringify(lines())).not.toMatch(/traced|acme\.example|simulator|Customer \d/);
});
