import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { addressesFile } from '../../cli/runningStack.ts';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { LONG, sized } from '../size.ts';
import { caseFile, SPREADSHEET_CASES } from '../spreadsheetCases.ts';
import { type CustomerAnswer, OPERATOR, OTHER_PARTNER, OWNER, ownStack, VIEWER } from '../stack.ts';
import { freeRecipient, setInvited } from '../table.ts';
import { workbook } from '../workbook.ts';

const portal = ownStack();
const { request, mailsTo } = portal;

type Problem = { code: string; status: number; errors?: { path: string; message: string }[] };
type Result = { customer: CustomerAnswer; problem: Problem; replayed?: true };

const batch = (customers: unknown[], as = OTHER_PARTNER, key?: string) =>
  request<{ results: Result[] }>('POST', '/v1/customers/batch', { as, body: { customers }, ...(key && { key }) });
const rows = async (customers: unknown[]) => (await batch(customers)).body.results;
const outcome = ({ customer, problem }: Result) => customer?.email ?? problem.errors?.[0]?.message ?? problem.code;

/** All customers of the partner, read page by page. */
async function customersOf(as: string): Promise<CustomerAnswer[]> {
  const all: CustomerAnswer[] = [];
  for (let token = ''; ; ) {
    const query = `pageSize=1000${token && `&pageToken=${token}`}`;
    const { body } = await request<{ customers: CustomerAnswer[]; nextPageToken?: string }>(
      'GET',
      `/v1/customers?${query}`,
      { as },
    );
    all.push(...body.customers);
    if (body.nextPageToken === undefined) return all;
    token = body.nextPageToken;
  }
}

describe('a batch', () => {
  test('answers each row with its customer or its problem, in order; the good ones are invited', async () => {
    const results = await rows([
      { name: 'One', email: 'one@batch.example' },
      { name: '', email: 'nameless@batch.example' },
      { email: 'two@batch.example', friendlyName: 'Two' },
      { name: 'Three' },
      'no row',
      { name: 'Four', email: 'four@batch.example', colour: 'red' },
      { name: 'Five', person: { email: 'five@batch.example', phone: 'call me maybe?' } },
    ]);
    expect(results.map(outcome)).toEqual([
      'one@batch.example',
      'name is required',
      'two@batch.example',
      'email is required',
      'the row must be a JSON object',
      "'colour' is not a field of this request",
      'phone is not valid',
    ]);
    expect(results[1]?.problem).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ path: 'name' }] });
    await mailsTo('one@batch.example');
    await mailsTo('two@batch.example');
  });

  test('that is corrected and sent again gets the same answers for its good rows, and doubles nobody', async () => {
    const good = { name: 'Good', email: 'good@batch.example' };
    const first = await rows([good, { name: 'Typo', email: 'typo' }]);
    const second = await rows([good, { name: 'Typo', email: 'typo@batch.example' }]);
    expect(second[0]).toEqual({ ...first[0], replayed: true });
    expect(second[1]).toMatchObject({ customer: { email: 'typo@batch.example' } });
    const all = await batch([good], OTHER_PARTNER);
    expect(all.headers.get('idempotency-replayed')).toBe('true');
    expect(await mailsTo('good@batch.example')).toHaveLength(1);
  });

  test('recognises a row by its key, like createCustomer', async () => {
    const row = { name: 'Keyed', email: 'keyed@batch.example' };
    const created = await request<CustomerAnswer>('POST', '/v1/customers', {
      as: OTHER_PARTNER,
      body: row,
      key: 'k-1',
    });
    const [same, other] = await rows([
      { ...row, idempotencyKey: 'k-1' },
      { ...row, name: 'Another', idempotencyKey: 'k-1' },
    ]);
    expect(same).toMatchObject({ customer: { id: created.body.id }, replayed: true });
    expect(other).toMatchObject({ problem: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  test('refuses the later of two rows with one address, in one batch or two, whatever the case of the address', async () => {
    const same = Array.from({ length: 20 }, (_, n) => ({ name: `Same ${n}`, email: 'same@batch.example' }));
    const results = await rows([...same, same[0], { name: 'Capital', email: 'SAME@Batch.example' }]);
    expect(results[0]).toMatchObject({ customer: { name: 'Same 0' } });
    for (const result of results.slice(1, 21)) expect(outcome(result)).toBe('a customer with this email exists');
    expect(results.slice(21).map(outcome)).toEqual(['a customer with this email exists (case-insensitively)']);
    const next = await rows([{ name: 'Written', email: 'Written@batch.example' }]);
    expect(next[0]).toHaveProperty('customer');
    const again = await rows([
      { name: 'Lower', email: 'written@batch.example' },
      { name: 'Equal', email: 'Written@batch.example' },
    ]);
    expect(again.map(outcome)).toEqual([
      'a customer with this email exists (case-insensitively)',
      'a customer with this email exists',
    ]);
  });

  test.each([
    [[], 'customers is empty'],
    [Array.from({ length: 101 }, () => ({})), 'customers must have at most 100 rows'],
  ])('that does not have 1 to 100 rows is refused as a whole', async (customers, message) => {
    expect(await batch(customers)).toMatchObject({ status: 400, body: { errors: [{ path: 'customers', message }] } });
  });

  test('is refused to a member who may not register customers', async () => {
    expect(await batch([{ name: 'A', email: 'a@batch.example' }], VIEWER)).toMatchObject({ status: 403 });
  });

  test('of a hundred rows is answered in one request', async () => {
    const isGood = (n: number) => n % sized(10, 1) === 0;
    const hundred = Array.from({ length: 100 }, (_, n) => n);
    const results = await rows(
      hundred.map((n) => ({ name: `N ${n}`, email: isGood(n) ? `hundred-${n}@batch.example` : 'typo' })),
    );
    expect(results.map(outcome)).toEqual(
      hundred.map((n) => (isGood(n) ? `hundred-${n}@batch.example` : 'email is not valid')),
    );
  });
});

describe('npm run import', () => {
  const data = join(import.meta.dirname, '../data/customers.csv');
  const expected = join(import.meta.dirname, '../data/customers.rejects.csv');
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

  type Running = { env?: NodeJS.ProcessEnv; started?: (child: ChildProcess) => void };
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
  const file = (name: string, content: string | Buffer): string => {
    const path = join(portal.stack.directory, name);
    writeFileSync(path, content);
    return path;
  };
  /** Name and reason of each reject, sorted. */
  const rejectsOf = (path: string) => {
    const rows: Record<string, string>[] = parse(readFileSync(path), { columns: true });
    return rows.map(({ name, reason }) => `${name}: ${reason}`).sort();
  };

  /** Rows of the file with all of its rejects. Their addresses are so long that the command sends three batches. */
  function someRows(count: number): string {
    const [header = [], ...all]: string[][] = parse(readFileSync(data), { bom: true });
    const rejected = rejectsOf(expected).map((each) => each.split(': ', 1)[0]);
    const some = all.filter(([name], n) => n < count || rejected.includes(name));
    const address = header.indexOf('postAddress');
    const line = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join();
    return file(
      'some.csv',
      [header, ...some.map((cells) => cells.with(address, 'x'.repeat(1500)))].map(line).join('\n'),
    );
  }

  test('killed in the middle and run again, registers every row once and reports each reject once', async () => {
    const rejects = join(portal.stack.directory, 'rejects.csv');
    const all = sized(90, 483);
    const spreadsheet = LONG ? data : someRows(all);
    let transactions = 0;
    const killed = await importing([spreadsheet, '--rejects', rejects], {
      started: (child) => {
        const stop = portal.stack.observe(({ functionName, operation }) => {
          // In the second batch.
          if (functionName !== 'importCustomers' || operation !== 'TransactWriteItems') return;
          if (++transactions < sized(50, 150)) return;
          stop();
          child.kill('SIGKILL');
        });
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    await portal.stack.idle();
    const halfway = (await customersOf(OWNER)).length;
    expect(halfway).toBeGreaterThanOrEqual(sized(50, 150));
    expect(halfway).toBeLessThan(all);

    const second = await importing([spreadsheet, '--rejects', rejects]);
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toContain(`${all - halfway} registered, ${halfway} registered before, 10 rejected`);
    expect((await customersOf(OWNER)).length).toBe(all);
    expect(rejectsOf(rejects)).toEqual(rejectsOf(expected));

    const third = await importing([spreadsheet, '--rejects', rejects]);
    expect(third.output).toContain(`0 registered, ${all} registered before, 10 rejected`);
    expect(rejectsOf(rejects)).toEqual(rejectsOf(expected));
    expect((await customersOf(OWNER)).length).toBe(all);
  }, 120_000);

  test('keeps the content of cells: quotes, line breaks, formulas, phonewords', async () => {
    const cells = ['=1+1', 'Wind; "Sons", Ltd\r\nNorth', '1-800-FLOWERS', 'quotes@sheet.example'];
    const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';');
    const path = file('excel.csv', `\ufeffName;LongName;Phone;Email;;\r\n${line};;\r\n;;;;;\r\n\r\n`);
    const { output } = await importing([path, '--api', portal.stack.portalUrl], {
      env: { PORTAL_TOKEN: await portal.stack.token(OTHER_PARTNER) },
    });
    expect(output).toContain('1 registered');
    const [customer] = (await customersOf(OTHER_PARTNER)).filter(({ email }) => email === cells[3]);
    expect(customer).toMatchObject({ name: cells[0], person: { longname: cells[1], phone: cells[2] } });
  });

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

  test('writes the rejected rows to a file that can be corrected and imported', async () => {
    const comma = 'Comma Ltd;comma@@sheet.example;"1, First ""St"""';
    const path = file('to-correct.csv', `Name;Email;PostAddress\n${comma}\nNobody;;\n`);
    expect((await importing([path])).output).toContain('0 registered, 0 registered before, 2 rejected');
    const rejects = readFileSync(path.replace('.csv', '.rejected.csv'), 'utf8');
    const header = '\ufeffrow;reason;Name;Email;PostAddress\r\n';
    expect(rejects).toBe(
      `${header}2;email is not valid;Comma Ltd;comma@@sheet.example;"1, First ""St"""\r\n3;email is required;Nobody;;\r\n`,
    );
    // A spreadsheet program may put a whole row into its first cell.
    const inOneCell = '"4;email is not valid;Wind;wind@sheet.example;"\r\n';
    const again = file('corrected.csv', rejects.replace('@@', '@').replace('Nobody;', 'Nobody;nobody') + inOneCell);
    expect((await importing([again])).output).toContain('1 registered, 0 registered before, 2 rejected');
    const registered = (await customersOf(OWNER)).find(({ email }) => email === 'comma@sheet.example');
    expect(registered).toMatchObject({ name: 'Comma Ltd', person: { postAddress: '1, First "St"' } });
    expect(readFileSync(again.replace('.csv', '.rejected.csv'), 'utf8')).toBe(
      `${header}3;email is not valid;Nobody;nobody;\r\n4;"name is required; email is required"\r\n`,
    );
    // The older file of rejects stays: somebody may have corrected it.
    await importing([again]);
    expect(readFileSync(again.replace('.csv', '.rejected.csv.bak'), 'utf8')).toContain('3;email is not valid;Nobody');
  });

  test.each([
    ['an option that does not exist', ['a.csv', '--colour'], /^Unknown option '--colour'/],
    ['no token', [data, '--api', 'http://127.0.0.1:9'], /^Not signed in/],
  ])('given %s, explains the fault in one line', async (_, args, message) => {
    const { code, output } = await importing(args);
    expect(output.trim()).toMatch(message);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  test.each([
    ['', /^The file is empty/],
    ['name,email,colour\n', /^Unknown column "colour"/],
  ])('refuses a file that is not a list of customers: %j', async (content, message) => {
    const { code, output } = await importing([file('wrong.csv', content)]);
    expect(output.trim()).toMatch(message);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  test('says that a token has expired, and never shows it', async () => {
    const token = 'secret.secret.secret';
    const path = file('one.csv', 'name,email\nA,a@client.example\n');
    const { code, output } = await importing([path, '--api', portal.stack.portalUrl, '--token', token]);
    expect(code).toBe(1);
    expect(output).toMatch(/^Not signed in: /m);
    expect(output).not.toContain('secret');
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
  const CASES = sized(
    SPREADSHEET_CASES.filter(({ choices, encoding }) => choices?.['location'] || encoding === 'windows-1251'),
    SPREADSHEET_CASES,
  );
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

  test('reads an XLSX workbook, of which another sheet can be named', async () => {
    const rows = [
      ['Название', 'Эл. почта', 'ИНН'],
      ['ООО Книга', 'book@sheet.example', { number: 78012345, format: '0000000000' }],
    ];
    const path = file(
      'book.xlsx',
      workbook([
        { name: 'Notes', rows: [['nothing']] },
        { name: 'Клиенты', rows },
      ]),
    );
    const { output } = await importing([path, '--sheet', 'Клиенты']);
    expect(output).toContain('Read the sheet "Клиенты". For another one (Notes): --sheet.');
    expect(output).toContain('1 registered');
    const customer = (await customersOf(OWNER)).find(({ email }) => email === 'book@sheet.example');
    expect(customer).toMatchObject({ name: 'ООО Книга', person: { tin: '0078012345' } });
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

  test('stops at the daily limit of invitations, says when to go on, and then continues', async () => {
    const partner = { id: 'umbrella', owner: 'owner@umbrella.example' };
    await request('PUT', `/v1/provider/partners/${partner.id}`, {
      as: OPERATOR,
      body: { name: 'Umbrella', paid: true, owners: [partner.owner] },
    });
    const invited = (count: number) => setInvited(portal.stack, partner.id, count);
    await invited(yandex.invitationsPerDay - 10);
    // One more than a batch. Twenty rows of the batch are good.
    const isGood = (n: number) => n < 20 || n === 100;
    const lines = Array.from({ length: 101 }, (_, n) => `L${n},${isGood(n) ? `l${n}@limit.example` : ''}`);
    const path = file('limit.csv', ['name,email', ...lines].join('\n'));
    const rejects = path.replace('.csv', '.rejected.csv');
    const run = async () =>
      importing([path, '--api', portal.stack.portalUrl], {
        env: { PORTAL_TOKEN: await portal.stack.token(partner.owner) },
      });
    const first = await run();
    expect(first.code).toBe(1);
    expect(first.output).toContain(
      `10 registered, 0 registered before, 80 rejected: see ${rejects}. 11 rows are left.`,
    );
    expect(first.output).toMatch(
      /^Umbrella has sent all the invitations .* Go on tomorrow \(.*T00:00:00.000Z\)\. Run it again then: /m,
    );
    const rejected = lines.slice(20, 100).map((line, n) => `${n + 22},email is required,${line}\r\n`);
    expect(readFileSync(rejects, 'utf8')).toBe(`\ufeffrow,reason,name,email\r\n${rejected.join('')}`);
    expect((await customersOf(partner.owner)).length).toBe(10);
    // Rows that were registered before don't count against the limit.
    await invited(yandex.invitationsPerDay - 3);
    expect((await run()).output).toContain('3 registered, 10 registered before, 80 rejected');
    await invited(0);
    expect(await run()).toMatchObject({
      code: 0,
      output: expect.stringContaining('8 registered, 13 registered before, 80 rejected'),
    });
    expect((await customersOf(partner.owner)).length).toBe(21);
  }, 60_000);

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
