/** A local stack for the tests of one file, and a client that speaks to it as its users do: over HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import type * as z from 'zod/mini';
import { linkIn, type Mail } from '../local/inbox.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../local/localStack.ts';
import { type Assembly, synthesize } from '../local/synthesize.ts';
import type { customer } from '../shared/contract.ts';
import { canonicalEmail } from '../shared/text.ts';

export type CustomerAnswer = z.output<typeof customer>;

/** The accounts of the demo data that tests speak as. */
export const OWNER = 'owner@acme.example';
export const VIEWER = 'viewer@acme.example';
export const ROBOT = 'acme-robot';
export const OTHER_PARTNER = 'owner@globex.example';
export const OPERATOR = 'operator@provider.example';
export const NOBODY = 'nobody@nowhere.example';

export const DAY_MS = 24 * 60 * 60_000;
/** A mail leaves within a second of its event; tests wait longer, since the machine does other things as well. */
const MAIL_PATIENCE_MS = 10_000;

/** What an endpoint answered: its status and headers, and the body as JSON. */
export type Answer<Body = Record<string, unknown>> = { status: number; headers: Headers; body: Body };

type RequestOptions = { as?: string | undefined; key?: string; headers?: Record<string, string>; body?: unknown };

/** The stack of this repository with other environment variables of its functions, as another program or setting gives them. */
export async function assemblyWith(variables: Record<string, string>): Promise<Assembly> {
  const assembly = await synthesize('yandex');
  const template = structuredClone(assembly.template);
  for (const { Properties = {} } of Object.values(template.Resources)) {
    const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
    for (const [name, value] of Object.entries(variables)) if (name in Variables) Variables[name] = value;
  }
  return { ...assembly, template };
}

/** Starts a stack before the tests of a file and stops it after them. Its properties are there once tests run. */
export function testStack(options: Partial<LocalStackOptions> = {}) {
  let stack: LocalStack;
  let directory: string;
  let customers = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'partner-portal-test-'));
    const dynamoDbEndpoint = process.env['DYNAMODB_ENDPOINT'];
    stack = await startLocalStack({
      program: 'yandex',
      directory,
      schedules: false,
      throttling: false,
      ...(dynamoDbEndpoint ? { dynamoDbEndpoint, tableName: `test-${process.pid}-${Date.now()}` } : { inMemory: true }),
      ...options,
    });
  });

  afterAll(async () => {
    await stack?.stop();
    await rm(directory, { recursive: true, force: true });
    // The permissions of the template are enforced on this machine: no function may ask for more than it has.
    expect(stack?.denials ?? []).toEqual([]);
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
        ...(as !== undefined && { authorization: `Bearer ${await stack.token(as)}` }),
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

  /** Registers a customer under an address of its own, as the owner of Acme unless told otherwise. */
  async function register(body: Record<string, unknown> = {}, as = OWNER): Promise<CustomerAnswer> {
    customers += 1;
    const email = `customer-${customers}@client.example`;
    const answer = await request<CustomerAnswer>('POST', '/v1/customers', {
      as,
      body: { name: `Customer ${customers}`, email, ...body },
    });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body;
  }

  /** The mails that have arrived for an address, once there are as many as expected. */
  async function mailsTo(address: string, count = 1): Promise<Mail[]> {
    for (const patience = Date.now() + MAIL_PATIENCE_MS; ; await setTimeout(50)) {
      // The inbox shows a domain in its own script.
      const mails = stack.inbox().filter(({ destination }) => destination.to.map(canonicalEmail).includes(address));
      if (mails.length >= count) return mails;
      if (Date.now() > patience) throw new Error(`${mails.length} of ${count} mails to ${address} have arrived`);
    }
  }

  /** The token of the link in the newest mail to an address. */
  async function linkToken(address: string, count = 1): Promise<string> {
    return tokenIn((await mailsTo(address, count)).at(-1));
  }

  /** A customer that has confirmed. */
  async function confirmed(body: Record<string, unknown> = {}): Promise<CustomerAnswer> {
    const { id, email } = await register(body);
    const accepted = await request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' });
    expect(accepted).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
    return read(id);
  }

  /** A customer as the owner of Acme reads it. */
  async function read(customerId: string): Promise<CustomerAnswer> {
    return (await request<CustomerAnswer>('GET', `/v1/customers/${customerId}`, { as: OWNER })).body;
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
    request,
    register,
    confirmed,
    read,
    mailsTo,
    linkToken,
    letExpire,
  };
}

const tokenIn = (mail: Mail | undefined): string => new URL(linkIn(mail)).hash.replace('#token=', '');
