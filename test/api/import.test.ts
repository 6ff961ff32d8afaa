import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { sized } from '../size.ts';
import { type CustomerAnswer, OPERATOR, OTHER_PARTNER, OWNER, ownStack, toNextMorning, VIEWER } from '../stack.ts';
import { setInvited } from '../table.ts';
import { workbook } from '../workbook.ts';
import { data, importCommand } from './importing.ts';

const portal = ownStack();
const { request, mailsTo } = portal;

type Problem = { code: string; status: number; errors?: { path: string; message: string }[] };
type Result = { customer: CustomerAnswer; problem: Problem; replayed?: true };

const batch = (customers: unknown[], as = OTHER_PARTNER, key?: string) =>
  request<{ results: Result[] }>('POST', '/v1/customers/batch', { as, body: { customers }, ...(key && { key }) });
const rows = async (customers: unknown[]) => (await batch(customers)).body.results;
const outcome = ({ customer, problem }: Result) => customer?.email ?? problem.errors?.[0]?.message ?? problem.code;

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
  const { importing, file, customersOf } = importCommand(portal);

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

  test('stops at the daily limit of invitations, says when to go on, and then continues', async () => {
    toNextMorning(portal.stack);
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
});
