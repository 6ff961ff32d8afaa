/** Helpers for the tests of imports: they run the command, and read the customers that it registered. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { addressesFile } from '../../cli/runningStack.ts';
import type { CustomerAnswer, TestPortal } from '../stack.ts';

type Running = { env?: NodeJS.ProcessEnv; started?: (child: ChildProcess) => void };

/** The list of customers that the command is tried with. */
export const data = join(import.meta.dirname, '../data/customers.csv');

/** `npm run import` on a file's stack. */
export function importCommand(portal: TestPortal) {
  let environment: NodeJS.ProcessEnv;

  beforeAll(() => {
    // These tests are not about hundreds of mails.
    portal.stack.stream.mode = 'losing';
    const { directory, portalUrl, oidcIssuer, sesUrl, dynamoDb } = portal.stack;
    writeFileSync(
      addressesFile(directory),
      JSON.stringify({ portalUrl, oidcIssuer, sesUrl, dynamoDbEndpoint: dynamoDb.endpoint }),
    );
    environment = { ...process.env, LOCAL_DIR: directory };
  });

  /** Runs the command. */
  async function importing(args: string[], { env = {}, started }: Running = {}) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../cli/importCustomers.ts'), ...args], {
      env: { ...environment, ...env },
    });
    started?.(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const [code, signal] = await once(child, 'close');
    return { code, signal, output };
  }

  /** Writes a file for the command to read. @returns its path */
  function file(name: string, content: string | Buffer): string {
    const path = join(portal.stack.directory, name);
    writeFileSync(path, content);
    return path;
  }

  /** All customers of the partner, read page by page. */
  async function customersOf(as: string): Promise<CustomerAnswer[]> {
    const all: CustomerAnswer[] = [];
    for (let token = ''; ; ) {
      const query = `pageSize=1000${token && `&pageToken=${token}`}`;
      const { body } = await portal.request<{ customers: CustomerAnswer[]; nextPageToken?: string }>(
        'GET',
        `/v1/customers?${query}`,
        { as },
      );
      all.push(...body.customers);
      if (body.nextPageToken === undefined) return all;
      token = body.nextPageToken;
    }
  }

  return { importing, file, customersOf };
}
