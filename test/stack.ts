/** A local stack for the tests of a file, with partners of its own, and a client that uses the stack over HTTP, as its users do. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import type * as z from 'zod/mini';
import type { Warmth } from '../local/functions.ts';
import { linkIn, type Mail } from '../local/inbox.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../local/localStack.ts';
import { type Assembly, synthesize } from '../local/synthesize.ts';
import type { customer } from '../shared/contract/contract.ts';
import { canonicalEmail } from '../shared/contract/fields.ts';
import { bearerOf } from './bearer.ts';

export type CustomerAnswer = z.output<typeof customer>;

/** Accounts of the demo data that tests use. */
export const OWNER = 'owner@acme.example';
export const VIEWER = 'viewer@acme.example';
export const ROBOT = 'acme-robot';
export const OTHER_PARTNER = 'owner@globex.example';
export const OPERATOR = 'operator@provider.example';
export const NOBODY = 'nobody@nowhere.example';

export const DAY_MS = 24 * 60 * 60_000;
/** The wait for a mail that a page asks for: the browser decides when it sends its request. */
const MAIL_PATIENCE_MS = 10_000;

/** Factor on the functions' timeouts, because tests may run beside other work. No test depends on these timeouts. */
const PATIENCE = 6;
/**
 * Every function stays warm: tests use all of them, and a cold start takes as long as thirty requests. `vitest.config.ts` has the flags for
 * the space of new objects.
 */
const WARM: Warmth = { functions: 60, oldSpaceMegabytes: 256 };

/** The answer of an endpoint: its status and headers, and its body, read as JSON. */
export type Answer<Body = Record<string, unknown>> = { status: number; headers: Headers; body: Body };

type RequestOptions = { as?: string | undefined; key?: string; headers?: Record<string, string>; body?: unknown };

/** This repository's stack with other environment variables of its functions, as another program or setting would give them. */
export async function assemblyWith(variables: Record<string, string>): Promise<Assembly> {
  const assembly = await synthesize('yandex');
  const templates = structuredClone(assembly.templates);
  for (const { Properties = {} } of Object.values(templates).flatMap(({ Resources }) => Object.values(Resources))) {
    const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
    for (const [name, value] of Object.entries(variables)) if (name in Variables) Variables[name] = value;
  }
  return { ...assembly, templates };
}

/** The accounts of a partner, and its customers' addresses. */
export type TestPartner = {
  id: string;
  name: string;
  owner: string;
  admin: string;
  editor: string;
  accountant: string;
  viewer: string;
  robot: string;
  /** An address at the partner, such as `new@partner-1.example`. */
  staff: (mailbox: string) => string;
  /** An address of a customer, such as `ivan@clients-1.example`. No other file's partner invites it. */
  at: (mailbox: string) => string;
};

const partnerNamed = (id: string, name: string, customers: string): TestPartner => ({
  id,
  name,
  owner: `owner@${id}.example`,
  admin: `admin@${id}.example`,
  editor: `editor@${id}.example`,
  accountant: `accountant@${id}.example`,
  viewer: `viewer@${id}.example`,
  robot: `${id}-robot`,
  staff: (mailbox) => `${mailbox}@${id}.example`,
  at: (mailbox) => `${mailbox}@${customers}`,
});
/** The partners of the demo data, for a stack that a file does not share. */
const ACME = partnerNamed('acme', 'Acme Integrators', 'client.example');
const GLOBEX = partnerNamed('globex', 'Globex Services', 'globex-client.example');

let partners = 0;
/** A partner that no other file uses. Its name and accounts are known at once; it is recorded before the tests of the file run. */
function ownPartner(stack: () => LocalStack): TestPartner {
  partners += 1;
  const id = `partner-${partners}`;
  const partner = partnerNamed(id, `Partner ${partners}`, `clients-${partners}.example`);
  beforeAll(async () => {
    const put = async (as: string, path: string, body: object) => {
      const authorization = await bearerOf(stack(), as);
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch(`${stack().portalUrl}/v1${path}`, {
        method: 'PUT',
        headers,
        body: JSON.stringify(body),
      });
      expect(response.ok, `${path}: ${response.status}`).toBe(true);
    };
    const { name, owner, robot } = partner;
    await put(OPERATOR, `/provider/partners/${id}`, { name, paid: true, owners: [owner] });
    await put(OPERATOR, `/provider/service-accounts/${robot}`, { partnerId: id });
    // A member whom the operator adds is active at once.
    const member = (account: string, role: string) =>
      put(OPERATOR, `/provider/partners/${id}/members/${encodeURIComponent(account)}`, {
        roles: [`billing.accounts.${role}`],
      });
    for (const role of ['admin', 'editor', 'accountant', 'viewer'] as const) await member(partner[role], role);
    await member(robot, 'editor');
  });
  return partner;
}

/** The stacks that files share, by program. They end with the worker, and their engines with them. */
const shared = new Map<string, Promise<LocalStack>>();

async function start(options: Partial<LocalStackOptions>): Promise<LocalStack> {
  const dynamoDbEndpoint = process.env['DYNAMODB_ENDPOINT'];
  return startLocalStack({
    program: 'yandex',
    directory: await mkdtemp(join(inject('runDirectory'), 'stack-')),
    schedules: false,
    throttling: false,
    warmth: WARM,
    patience: PATIENCE,
    ...(dynamoDbEndpoint && { dynamoDbEndpoint, tableName: `test-${process.pid}-${performance.now()}` }),
    ...options,
  });
}

/** The stack that all files of a program share, with two partners of this file's own. Its properties exist once tests run. */
export function testStack(program = 'yandex') {
  return portalOn({
    start: () => {
      const starting = shared.get(program) ?? start({ program });
      shared.set(program, starting);
      return starting;
    },
    partners: (stack) => [ownPartner(stack), ownPartner(stack)],
  });
}

/**
 * A stack that a file does not share, with the demo data's partners: for tests that move the clock, let mails fail, stop the stream, or
 * need another program or setting.
 */
export function ownStack(options: Partial<LocalStackOptions> = {}) {
  return portalOn({
    start: () => start(options),
    stop: (stack) => stack.stop(),
    partners: () => [ACME, GLOBEX],
  });
}

/** Moves a stack's clock to the next morning, because what tests count for a day ends at midnight (UTC). */
export function toNextMorning({ clock }: LocalStack): void {
  const tomorrow = new Date(clock.now() + DAY_MS).toISOString().slice(0, 10);
  clock.set(new Date(`${tomorrow}T06:00:00Z`));
}

/** The tests' view of a stack. */
export type TestPortal = ReturnType<typeof portalOn>;

function portalOn({
  start,
  stop,
  partners,
}: {
  start: () => Promise<LocalStack>;
  stop?: (stack: LocalStack) => Promise<void>;
  partners: (stack: () => LocalStack) => [TestPartner, TestPartner];
}) {
  let stack: LocalStack;
  let denialsBefore = 0;
  let customers = 0;

  beforeAll(async () => {
    stack = await start();
    // A test of an earlier file may have failed while the stream stood still.
    stack.stream.mode = 'running';
    denialsBefore = stack.denials.length;
  });
  const [partner, otherPartner] = partners(() => stack);

  afterAll(async () => {
    if (stack) await stop?.(stack);
    // The stack enforces the permissions of the template: no function may have asked for more.
    expect(stack?.denials.slice(denialsBefore) ?? []).toEqual([]);
  });

  /** Sends a request as someone, or as nobody. */
  async function request<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { as, key, headers, body }: RequestOptions = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(stack.portalUrl + path, {
      method,
      headers: {
        ...(as !== undefined && { authorization: await bearerOf(stack, as) }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    // A 204 has no body.
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  /** Registers a customer under a new address, as the partner's owner unless the test says otherwise. */
  async function register(body: Record<string, unknown> = {}, as = partner.owner): Promise<CustomerAnswer> {
    customers += 1;
    const email = partner.at(`customer-${customers}`);
    const answer = await request<CustomerAnswer>('POST', '/v1/customers', {
      as,
      body: { name: `Customer ${customers}`, email, ...body },
    });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  }

  /** Makes someone an active member of a partner, as the operator does. A service account is recorded for the partner first. */
  async function addMember(
    id: string,
    role: string,
    { of = partner.id, federated = false }: { of?: string; federated?: boolean } = {},
  ): Promise<void> {
    const put = async (path: string, body: object) =>
      expect(await request('PUT', path, { as: OPERATOR, body })).toMatchObject({ status: 200 });
    if (!id.includes('@')) await put(`/v1/provider/service-accounts/${id}`, { partnerId: of });
    await put(`/v1/provider/partners/${of}/members/${encodeURIComponent(id)}`, {
      roles: [`billing.accounts.${role}`],
      federated,
    });
  }

  /**
   * Waits until as many mails as expected have arrived for an address, and returns them. If the stream does not bring them, the schedule
   * runs once, for mails that wait in the queue of a partner.
   */
  async function mailsTo(address: string, count = 1): Promise<Mail[]> {
    // The inbox shows a domain in its own script.
    const arrived = () =>
      stack.inbox().filter(({ destination }) => destination.to.map(canonicalEmail).includes(address));
    let patience = Number.POSITIVE_INFINITY;
    const deliver = async () => {
      await stack.idle();
      if (arrived().length >= count) return;
      await stack.runSchedule('deliverMail').catch(() => undefined);
      await stack.idle();
    };
    const idle = arrived().length < count ? deliver() : undefined;
    // Other mails may take long: the time counts only while no mail is under way.
    void idle?.then(() => {
      patience = Date.now() + MAIL_PATIENCE_MS;
    });
    for (;;) {
      const mails = arrived();
      if (mails.length >= count) return mails;
      if (Date.now() > patience) throw new Error(`${mails.length} of ${count} mails to ${address} have arrived`);
      await Promise.race([
        stack.nextMail(),
        patience === Number.POSITIVE_INFINITY ? idle : setTimeout(patience + 1 - Date.now()),
      ]);
    }
  }

  /** The token of the link in the newest invitation for an address. Other mails, such as a notice after the answer, have no such link. */
  async function linkToken(address: string, count = 1): Promise<string> {
    return tokenIn((await mailsTo(address, count)).findLast(({ body }) => body.text?.includes('#token=')));
  }

  /** A customer that has confirmed. */
  async function confirmed(body: Record<string, unknown> = {}): Promise<CustomerAnswer> {
    const { id, email } = await register(body);
    const accepted = await request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' });
    expect(accepted).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
    return read(id);
  }

  /** A customer, read by the partner's owner. */
  async function read(customerId: string): Promise<CustomerAnswer> {
    return (await request<CustomerAnswer>('GET', `/v1/customers/${customerId}`, { as: partner.owner })).body;
  }

  /** Moves a customer's deadline into the past, as time would. */
  async function letExpire(customerId: string): Promise<void> {
    const response = await fetch(`${stack.oidcIssuer}/local/expire-customer`, {
      method: 'POST',
      body: JSON.stringify({ customerId }),
    });
    expect(response.status).toBe(200);
  }

  return {
    /** The running stack. */
    get stack() {
      return stack;
    },
    /** The partner that tests speak for, and a partner that has nothing to do with it. */
    partner,
    otherPartner,
    request,
    register,
    confirmed,
    read,
    addMember,
    mailsTo,
    linkToken,
    letExpire,
  };
}

const tokenIn = (mail: Mail | undefined): string => new URL(linkIn(mail)).hash.replace('#token=', '');
