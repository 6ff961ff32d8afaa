/** Imports of large and odd files, and imports that are interrupted. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { caseFile, SPREADSHEET_CASES } from '../spreadsheetCases.ts';
import { OTHER_PARTNER, OWNER, ownStack } from '../stack.ts';
import { freeRecipient } from '../table.ts';
import { data, importCommand } from './importing.ts';

const portal = ownStack();
const { request } = portal;

describe('npm run import', () => {
  const expected = join(import.meta.dirname, '../data/customers.rejects.csv');
  const { importing, file, customersOf } = importCommand(portal);

  /** Name and reason of each reject, sorted. */
  const rejectsOf = (path: string) => {
    const rows: Record<string, string>[] = parse(readFileSync(path), { columns: true });
    return rows.map(({ name, reason }) => `${name}: ${reason}`).sort();
  };

  test('killed in the middle and run again, registers every row once and reports each reject once', async () => {
    const rejects = join(portal.stack.directory, 'rejects.csv');
    const all = 483;
    let transactions = 0;
    const killed = await importing([data, '--rejects', rejects], {
      started: (child) => {
        const stop = portal.stack.observe(({ functionName, operation }) => {
          // In the second batch.
          if (functionName !== 'importCustomers' || operation !== 'TransactWriteItems') return;
          if (++transactions < 150) return;
          stop();
          child.kill('SIGKILL');
        });
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    await portal.stack.idle();
    const halfway = (await customersOf(OWNER)).length;
    expect(halfway).toBeGreaterThanOrEqual(150);
    expect(halfway).toBeLessThan(all);

    const second = await importing([data, '--rejects', rejects]);
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toContain(`${all - halfway} registered, ${halfway} registered before, 10 rejected`);
    expect((await customersOf(OWNER)).length).toBe(all);
    expect(rejectsOf(rejects)).toEqual(rejectsOf(expected));

    const third = await importing([data, '--rejects', rejects]);
    expect(third.output).toContain(`0 registered, ${all} registered before, 10 rejected`);
    expect(rejectsOf(rejects)).toEqual(rejectsOf(expected));
    expect((await customersOf(OWNER)).length).toBe(all);
  }, 120_000);

  test('splits a file that is too large for one request, counts rows like a spreadsheet, and rejects a repeated row', async () => {
    const address = 'x'.repeat(1500);
    const large = Array.from({ length: 50 }, (_, n) => `Large ${n},large-${n}@sheet.example,${address}`);
    const path = file(
      'large.csv',
      `name,email,postAddress\n${[...large, large[0], '', `H,h@sheet.example,${'y'.repeat(70_000)}`].join('\n')}`,
    );
    const { output } = await importing([path]);
    expect(output).toContain('50 registered, 0 registered before, 2 rejected');
    expect(readFileSync(path.replace('.csv', '.rejected.csv'), 'utf8')).toBe(
      `\ufeffrow,reason,name,email,postAddress\r\n52,a customer with this email exists,${large[0]}\r\n54,the row is larger than 65536 bytes,H,h@sheet.example,${'y'.repeat(70_000)}\r\n`,
    );
  });

  /** An API that answers each row with the result that is given for the row's name. */
  async function answering(resultOf: (name: string, request: number) => object) {
    const received: string[][] = [];
    const server = createServer(async (incoming, response) => {
      const { customers } = JSON.parse(await text(incoming)) as { customers: { name: string }[] };
      received.push(customers.map(({ name }) => name));
      const results = customers.map(({ name }) => resultOf(name, received.length));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      received,
      run: (path: string) => importing([path, '--api', `http://127.0.0.1:${port}`], { env: { PORTAL_TOKEN: 'x' } }),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }

  test('continues after a row on which the service fails, and says so', async () => {
    const failed = { problem: { code: 'INTERNAL', status: 500, detail: 'The request failed.' } };
    await using api = await answering((name) => (name === 'B' ? failed : { customer: { id: name } }));
    const rows = Array.from({ length: 150 }, (_, n) => `C${n},c${n}@sheet.example`);
    const path = file('failing.csv', ['name,email', 'A,a@sheet.example', 'B,b@sheet.example', ...rows].join('\n'));
    const { code, output } = await api.run(path);
    expect(output).toContain('151 registered, 0 registered before, 1 rejected');
    expect(code).toBe(0);
    expect(readFileSync(path.replace('.csv', '.rejected.csv'), 'utf8')).toMatch(
      /^\ufeffrow,reason,name,email\r\n3,"?the service failed on this row: run it again later.*,B,b@sheet\.example\r\n$/,
    );
    expect(api.received.map((names) => names.length)).toEqual([100, 1, 1, 52]);
  });

  /** The other files are read by the same code: `shared/import/spreadsheet.test.ts` shows what is read in each. */
  const CASES = SPREADSHEET_CASES;
  test.each(CASES)('gives the right result for $file', async ({ file: name, choices = {}, ...expected }) => {
    const { registered = [], rejected = [], encoding = 'utf-8' } = expected;
    // Two of the files have the same address.
    const distinct = (text: string) => text.replace('corn@real.example', `${name.slice(0, 4)}@real.example`);
    const path = file(name, Buffer.from(distinct(caseFile(name).toString('latin1')), 'latin1'));
    const columns = Object.entries(choices).flatMap(([column, field]) => ['--column', `${column}=${field}`]);
    const { code, output } = await importing([path, ...columns]);
    expect(code).toBe(0);
    expect(output).toContain(`Read as ${encoding}, for example`);
    expect(output).toContain(`${registered.length} registered, 0 registered before, ${rejected.length} rejected`);
    const all = await customersOf(OWNER);
    for (const [name, email, person] of registered)
      expect(all.find((each) => each.name === name && each.email === distinct(email))).toMatchObject(
        person ? { person } : {},
      );
    if (rejected.length === 0) return;
    const rows: Record<string, string>[] = parse(readFileSync(path.replace('.csv', '.rejected.csv')), {
      columns: true,
      bom: true,
    });
    expect(rows.map(({ row }) => row)).toEqual(rejected.map((_, index) => String(index + 2)));
    expect(rows.map(({ reason }) => reason)).toEqual(rejected.map((reason) => expect.stringContaining(reason)));
  });

  test('reads a file in the encoding that it is told', async () => {
    const { output } = await importing([file('cp1251.csv', caseFile('cp1251.csv')), '--encoding', 'CP1258']);
    expect(output).toContain('Read as windows-1258, for example "ÎÎÎ');
  });

  test('rejects each row that can’t be read or that Excel has damaged, with the cell and the reason, and mails nobody', async () => {
    const path = file(
      'damaged.csv',
      'name,email,tin\n"Broken,broken@sheet.example,1\nShort,short@sheet.example,7.80E+09\nFine,fine@sheet.example,7\nBad \ufffd,bad@sheet.example,1\n',
    );
    expect((await importing([path])).output).toContain('1 registered, 0 registered before, 3 rejected');
    const [, broken, short, bad] = readFileSync(path.replace('.csv', '.rejected.csv'), 'utf8').split('\r\n');
    expect(broken).toMatch(
      /^2,"the row has a quote that is not closed.*",Broken,broken@sheet\.example,1$|^2,"the row has a quote.*""Broken"/,
    );
    expect(short).toMatch(/^3,"tin ""7.80E\+09"" is a number without its last digits/);
    expect(bad).toMatch(/^5,the row has a character that was lost/);
  });

  test('doesn’t bring back a customer that was deleted, and says how to register it again', async () => {
    const env = { PORTAL_TOKEN: await portal.stack.token(OTHER_PARTNER) };
    const run = (content: string) => importing([file('again.csv', content), '--api', portal.stack.portalUrl], { env });
    expect((await run('name,email\nGone,gone@again.example\n')).output).toContain('1 registered');
    const [gone] = (await customersOf(OTHER_PARTNER)).filter(({ email }) => email === 'gone@again.example');
    await request('POST', `/v1/customers/${gone?.id}/invite/decline`, { as: 'gone@again.example' });
    await request('DELETE', `/v1/customers/${gone?.id}`, { as: OTHER_PARTNER });
    await freeRecipient(portal.stack, 'globex', 'gone@again.example');
    expect((await run('name,email\nGone,gone@again.example\n')).output).toContain(
      '0 registered, 0 registered before, 1 rejected',
    );
    expect(readFileSync(join(portal.stack.directory, 'again.rejected.csv'), 'utf8')).toMatch(
      /2,"?This very row registered a customer that has been deleted since\. To register it again, change the row, or give it an idempotencyKey that is new\./,
    );
    const withKey = 'name,email,idempotencyKey\nGone,gone@again.example,second time\n';
    expect((await run(withKey)).output).toContain('1 registered');
    expect((await run(withKey)).output).toContain('1 registered before');
  });

  test('waits as long as a busy service asks, and sends again only the rows that met the busy service', async () => {
    const busy = { problem: { code: 'TRY_AGAIN', status: 503, detail: 'Busy' } };
    const answers: [status: number, body: object][] = [
      [429, {}],
      [503, {}],
      [200, { results: [{ customer: { id: 'a' } }, busy] }],
      [200, { results: [{ customer: { id: 'b' } }] }],
    ];
    const received: { at: number; names: string[] }[] = [];
    await using server = createServer(async (incoming, response) => {
      const { customers } = JSON.parse(await text(incoming)) as { customers: { name: string }[] };
      received.push({ at: performance.now(), names: customers.map(({ name }) => name) });
      const [status, body] = answers.shift() ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const path = file('busy.csv', 'name,email\nA,a@sheet.example\nB,b@sheet.example\n');
    const { port } = server.address() as AddressInfo;
    const { output } = await importing([path, '--api', `http://127.0.0.1:${port}`], { env: { PORTAL_TOKEN: 'x' } });
    expect(output).toContain('2 registered, 0 registered before, 0 rejected.');
    expect(received.map(({ names }) => names)).toEqual([['A', 'B'], ['A', 'B'], ['A', 'B'], ['B']]);
    expect((received[1]?.at ?? 0) - (received[0]?.at ?? 0)).toBeGreaterThan(900);
  });
});
