/** Imports as jobs, on a database like the browser's, against a service that loses requests and answers. */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { openDB } from 'idb';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import type { Client } from '../../shared/client/client.ts';
import { type Endpoint, getMe, importCustomers } from '../../shared/contract/contract.ts';
import { MAX_ROW_FAILURES } from '../../shared/import/sendRows.ts';
import { tableOf } from '../../shared/import/spreadsheet.ts';
import { sized } from '../../test/size.ts';
import { checkedFile, rowsOf } from '../customers/checkedFile.ts';
import { correctRow } from './correctRow.ts';
import { type Imports, openImports } from './database.ts';
import { allRows, type Import, type ImportedRow, isOld, moved, type Numbers } from './job.ts';
import { keepSending } from './keepSending.ts';
import { type Outcome, sendImports } from './sender.ts';

let people = 0;
const somebody = () => {
  people += 1;
  return `person-${people}`;
};

/** Opens the imports of a person, as a tab does. */
function tabOf(person: string): Imports {
  const imports = openImports(person, 'partner');
  onTestFinished(imports.close);
  return imports;
}

/** A file with good rows and rows without an address. */
function fileOf(name: string, addresses: readonly string[], wrong = 0) {
  const lines = [...addresses.map((address) => `N,${address}`), ...Array.from({ length: wrong }, (_, i) => `W${i},`)];
  const checked = checkedFile(tableOf(['name,email', ...lines, ''].join('\n')), new Map());
  if (!checked.spreadsheet) throw new Error('not a file');
  return { file: name, spreadsheet: checked.spreadsheet, language: 'en' as const, ...rowsOf(checked) };
}

const addresses = (count: number, of: string) => Array.from({ length: count }, (_, i) => `${of}${i}@client.example`);

/** The places of the cells in a row. */
const [NAME, EMAIL] = [0, 1];

type Fate =
  | 'answers'
  | 'losesRequest'
  | 'losesAnswer'
  | 'isBusy'
  | 'fails'
  | 'endsSession'
  | 'triesFewRows'
  | 'knowsFewRows'
  | 'failsOnRows'
  | 'failsAfterRows'
  | 'isNotTheApi'
  | 'hasNoInvitations';

/** The fates that fail on rows. */
const FAILS_ON_ROWS = /^fails(On|After)Rows$/;

/** A service that registers each address once, and whose fates are chosen by the test. */
function service() {
  const customers = new Map<string, { id: string; createdAt: string; times: number; by: string }>();
  const fates: Fate[] = [];
  let clock = 0;
  const state = { by: 'this import', refuses: new Set<string>(), partner: { id: 'partner' } };
  const register = (email: string) => {
    clock += 1;
    const known = customers.get(email);
    if (known) return { customer: known, replayed: true };
    const createdAt = new Date(clock).toISOString();
    const customer = { id: `customer-${clock}`, createdAt, times: 1, by: state.by };
    customers.set(email, customer);
    return { customer };
  };
  const refusal = (status: number, code: string, retryAfterSeconds?: number) => ({
    problem: { status, code, detail: `${code}.`, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
  });
  const call = (async (endpoint: Endpoint, input: { body: { customers: { email: string }[] } }) => {
    if (endpoint.name === getMe.name) return { partner: state.partner };
    const fate = fates.shift() ?? 'answers';
    if (fate === 'losesRequest') throw new ApiProblem(0, {});
    if (fate === 'isBusy') throw new ApiProblem(503, { retryAfterSeconds: 1 });
    if (fate === 'fails') throw new ApiProblem(500, { code: 'INTERNAL' });
    if (fate === 'isNotTheApi') return { welcome: 'Accept the conditions of this network' };
    if (fate === 'endsSession') throw new ApiProblem(401, { code: 'TOKEN_EXPIRED' });
    if (endpoint.name !== importCustomers.name) {
      const newest = [...customers.values()].sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
      return { customers: newest.slice(0, 1) };
    }
    const results = input.body.customers.map(({ email }, index) => {
      if (state.refuses.has(email)) return refusal(409, 'CUSTOMER_EXISTS');
      if (fate === 'hasNoInvitations' && index > 0) return refusal(429, 'INVITATION_LIMIT', 40_000);
      if (fate === 'triesFewRows' && index > 0) return refusal(503, 'NOT_TRIED', 1);
      if (fate === 'failsOnRows' && index === 0) return refusal(500, 'INTERNAL');
      const result = register(email);
      if (fate === 'failsAfterRows') return refusal(500, 'INTERNAL');
      return fate === 'knowsFewRows' && index > 0 ? refusal(503, 'TRY_AGAIN', 1) : result;
    });
    if (fate === 'losesAnswer') throw new ApiProblem(0, {});
    return { results };
  }) as unknown as Client;
  return { call, customers, fates, state, register };
}

/** Lets a tab send until nothing is left to send, the session ends, or it has rested so many times: then the tab is closed. */
async function send(imports: Imports, call: Client, rests = Number.POSITIVE_INFINITY) {
  const closing = new AbortController();
  let rested = 0;
  return sendImports(
    imports,
    call,
    async () => {
      rested += 1;
      if (rested >= rests) closing.abort();
    },
    closing.signal,
  );
}

/** The imports and their rows as one transaction reads them. */
async function stored(person: string): Promise<{ jobs: Import[]; rows: ImportedRow[] }> {
  const database = await openDB(openImportsName(person));
  const transaction = database.transaction(['imports', 'rows']);
  const jobs: Import[] = await transaction.objectStore('imports').getAll();
  const rows: ImportedRow[] = await transaction.objectStore('rows').getAll();
  database.close();
  return { jobs, rows };
}
const openImportsName = (person: string) => `portal.imports.${person}`;

const countOf = (rows: readonly ImportedRow[], id: string): Numbers =>
  moved(
    { waiting: 0, registered: 0, before: 0, refused: 0, toCorrect: 0, leftOut: 0 },
    rows.filter(({ importId }) => importId === id).map(({ state }) => [undefined, state]),
  );

const numbersOf = async (person: string) => (await stored(person)).jobs.map(({ numbers }) => numbers);

it('every row is registered once and the numbers add up at each moment, whatever gets lost, stopped or closed', async () => {
  const fate = fc.constantFrom<Fate>(
    'answers',
    'losesRequest',
    'losesAnswer',
    'losesAnswer',
    'isBusy',
    'fails',
    'endsSession',
    'triesFewRows',
    'knowsFewRows',
    'failsOnRows',
    'failsAfterRows',
    'isNotTheApi',
    'hasNoInvitations',
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), fates: fc.array(fate, { maxLength: 6 }) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'goOn' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'correct' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'leaveOut' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'sendAgain' as const }) },
    // In a tab that still shows the rows of before.
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('changeAny' as const), number: fc.integer({ min: 2, max: 235 }) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 230 }),
      fc.integer({ min: 0, max: 3 }),
      fc.array(step, { maxLength: 8 }),
      async (count, wrong, chosen) => {
        // A third failure on a row stands as its refusal. Whether the service had registered it, only sending it again can tell.
        let failures = 0;
        const steps = chosen.map((each) =>
          each.do === 'send'
            ? { ...each, fates: each.fates.filter((one) => !FAILS_ON_ROWS.test(one) || ++failures < MAX_ROW_FAILURES) }
            : each,
        );
        const person = somebody();
        const { call, customers, fates, state, register } = service();
        const watcher = tabOf(person);
        const first = addresses(count, 'a');
        const second = addresses(5, 'b');
        // Another import has registered some of the rows before, and some addresses have another customer.
        state.by = 'before';
        for (const address of first.slice(2, 4)) register(address);
        state.by = 'this import';
        for (const address of first.slice(6, 8)) state.refuses.add(address);
        const ids = [
          await watcher.add(fileOf('first.csv', first, wrong)),
          await watcher.add(fileOf('second.csv', second)),
        ];
        const seen: Numbers[] = [];
        watcher.subscribe(() => seen.push(...(watcher.snapshot() ?? []).map(({ numbers }) => numbers)));
        const check = async () => {
          const { jobs, rows } = await stored(person);
          for (const { id, numbers } of jobs) expect(numbers).toEqual(countOf(rows, id));
        };
        let corrected = 0;
        for (const each of steps) {
          // Each step is made in a new tab.
          const tab = openImports(person, 'partner');
          if (each.do === 'send') {
            fates.push(...each.fates);
            await send(tab, call, each.fates.length);
            fates.length = 0;
          }
          for (const id of ids) {
            if (each.do === 'stop') await tab.stop(id, { why: 'person' });
            if (each.do === 'goOn') await tab.goOn(id);
            if (each.do === 'sendAgain') await tab.send(id);
            const email = () => {
              corrected += 1;
              return `corrected${corrected}@client.example`;
            };
            if (each.do === 'changeAny') {
              await tab.correct(id, each.number, correctRow(EMAIL, email()));
              await tab.send(id, [each.number]);
              if (each.number % 2 === 0) await tab.leaveOut(id, [each.number]);
            }
            const [row] = each.do === 'correct' || each.do === 'leaveOut' ? await tab.rowsToCorrect(id) : [];
            if (row && each.do === 'leaveOut') await tab.leaveOut(id, [row.number]);
            if (row && each.do === 'correct') {
              await tab.correct(id, row.number, correctRow(EMAIL, email()));
              await tab.send(id, [row.number]);
            }
          }
          await check();
          await tab.close();
        }
        // At last, everything goes well.
        for (const id of ids) await watcher.goOn(id);
        expect(await send(watcher, call)).toBe('sent');
        await check();
        const { jobs, rows } = await stored(person);
        expect(jobs.map((job) => job.state)).toEqual(['done', 'done']);
        const total = { [ids[0] as string]: count + wrong, [ids[1] as string]: 5 };
        for (const { id, numbers } of jobs) expect([allRows(numbers), numbers.waiting]).toEqual([total[id], 0]);
        const by = (who: string) => [...customers.values()].filter((customer) => customer.by === who).length;
        const inState = (wanted: string) => rows.filter((row) => row.state === wanted);
        expect(inState('registered')).toHaveLength(by('this import'));
        expect(inState('before')).toHaveLength(Math.min(2, Math.max(0, count - 2)));
        expect(new Set(rows.map(({ customerId }) => customerId).filter(Boolean)).size).toBe(customers.size);
        // No moment was seen at which rows were missing.
        for (const numbers of seen) expect([count + wrong, 5]).toContain(allRows(numbers));
      },
    ),
    { numRuns: sized(40, 1000) },
  );
});

it('a second import waits until the first is done, and no more than a hundred rows leave at once', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call, customers } = service();
  const sizes: number[] = [];
  const counting = ((endpoint: Endpoint, input: { body?: { customers: unknown[] } }) => {
    if (input.body) sizes.push(input.body.customers.length);
    return call(endpoint as typeof importCustomers, input as never);
  }) as Client;
  await tab.add(fileOf('first.csv', addresses(150, 'first')));
  await tab.add(fileOf('second.csv', addresses(20, 'second')));
  await send(tab, counting);
  expect(sizes).toEqual([100, 50, 20]);
  expect([...customers.keys()].findIndex((address) => address.startsWith('second'))).toBe(150);
});

it('a row that another import had registered counts as registered before, even if its answer was lost first', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call, fates, register } = service();
  const [known = '', ...others] = addresses(3, 'lost');
  register(known);
  await tab.add(fileOf('lost.csv', [known, ...others]));
  // The first request asks for the newest customer.
  fates.push('answers', 'losesAnswer');
  await send(tab, call);
  expect(await numbersOf(person)).toMatchObject([{ registered: 2, before: 1 }]);
});

it('a row that is corrected to what another row of the file says counts as registered before', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call } = service();
  const id = await tab.add(fileOf('twice.csv', ['same@client.example'], 1));
  await send(tab, call);
  await tab.correct(id, 3, correctRow(NAME, 'N'));
  await tab.correct(id, 3, correctRow(EMAIL, 'same@client.example'));
  await tab.send(id, [3]);
  await send(tab, call);
  expect(await numbersOf(person)).toMatchObject([{ registered: 1, before: 1, toCorrect: 0 }]);
});

it('the limit of a day stops the import with the time at which to go on, and its rows still wait', async () => {
  const tab = tabOf(somebody());
  const { call, fates } = service();
  const id = await tab.add(fileOf('limit.csv', addresses(3, 'limit')));
  fates.push('answers', 'hasNoInvitations');
  await send(tab, call);
  const [job] = tab.snapshot() ?? [];
  expect(job).toMatchObject({ state: 'stopped', stop: { why: 'limit' }, numbers: { registered: 1, waiting: 2 } });
  const { stop } = job as { stop: { until: string } };
  expect(Math.abs(Date.parse(stop.until) - Date.now() - 40_000_000)).toBeLessThan(60_000);
  await tab.goOn(id);
  await send(tab, call);
  expect(tab.snapshot()).toMatchObject([{ state: 'done', numbers: { registered: 3 } }]);
  expect(tab.snapshot()?.[0]).not.toHaveProperty('stop');
});

it('an import waits for the network as long as it takes, and stops at a refusal of the whole request', async () => {
  const tab = tabOf(somebody());
  const { call, fates, customers } = service();
  await tab.add(fileOf('net.csv', addresses(3, 'net')));
  fates.push(...Array<Fate>(30).fill('losesRequest'));
  await send(tab, call, 29);
  expect(tab.snapshot()).toMatchObject([{ state: 'running', pause: { why: 'network' }, numbers: { waiting: 3 } }]);
  fates.length = 0;
  await send(tab, call);
  expect(customers.size).toBe(3);
  expect(tab.snapshot()?.[0]).not.toHaveProperty('pause');

  await tab.add(fileOf('unpaid.csv', addresses(3, 'unpaid')));
  const refused = (async () => {
    throw new ApiProblem(409, { code: 'PARTNER_NOT_PAID', detail: 'Switch the partner account.' });
  }) as Client;
  await send(tab, refused);
  expect(tab.snapshot()?.[0]).toMatchObject({
    state: 'stopped',
    stop: { why: 'problem', problem: { status: 409, code: 'PARTNER_NOT_PAID', detail: 'Switch the partner account.' } },
  });
});

it('a correction is kept until the person sends it, and a refusal stays until its cell is changed', async () => {
  const tab = tabOf(somebody());
  const { call, customers, state } = service();
  const [taken = '', free = ''] = addresses(2, 'kept');
  state.refuses.add(taken);
  const id = await tab.add(fileOf('kept.csv', [taken], 1));
  await send(tab, call);
  const codes = async () => {
    const rows = await tab.rowsToCorrect(id);
    return rows.map(({ cells, reasons }) => [...cells, ...reasons.map(({ code }) => code)]);
  };
  expect(await codes()).toEqual([
    ['N', taken, 'REFUSED'],
    ['W0', '', 'FIELD'],
  ]);
  await tab.correct(id, 2, correctRow(NAME, 'Other'));
  await tab.correct(id, 3, correctRow(EMAIL, '@'));
  expect(await codes()).toEqual([
    ['Other', taken, 'REFUSED'],
    ['W0', '@', 'FIELD'],
  ]);
  await tab.correct(id, 2, correctRow(EMAIL, free));
  await tab.correct(id, 3, correctRow(EMAIL, 'w0@client.example'));
  expect(await codes()).toEqual([
    ['Other', free],
    ['W0', 'w0@client.example'],
  ]);
  expect(tab.snapshot()).toMatchObject([{ state: 'done', numbers: { toCorrect: 2, waiting: 0 } }]);
  await send(tab, call);
  expect(customers.size).toBe(0);
  await tab.send(id, [2, 3]);
  await send(tab, call);
  expect([...customers.keys()]).toEqual([free, 'w0@client.example']);
});

it('a row that is registered although the service fails on it counts as registered by this import', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call, fates } = service();
  const id = await tab.add(fileOf('fails.csv', addresses(1, 'fails')));
  fates.push('answers', 'failsAfterRows', 'failsAfterRows', 'failsAfterRows');
  await send(tab, call);
  expect(await numbersOf(person)).toMatchObject([{ refused: 1 }]);
  await tab.send(id);
  await send(tab, call);
  expect(await numbersOf(person)).toMatchObject([{ registered: 1, before: 0 }]);
});

it('a failure of the service after a long time without a network does not stop an import', async () => {
  const tab = tabOf(somebody());
  const { call, fates } = service();
  await tab.add(fileOf('long.csv', addresses(3, 'long')));
  fates.push('answers', ...Array<Fate>(20).fill('losesRequest'), 'fails');
  await send(tab, call);
  expect(tab.snapshot()).toMatchObject([{ state: 'done', numbers: { registered: 3 } }]);
});

it('an answer that is not the API’s counts as none', async () => {
  const tab = tabOf(somebody());
  const { call, fates } = service();
  await tab.add(fileOf('cafe.csv', addresses(3, 'cafe')));
  fates.push('isNotTheApi', 'answers', 'isNotTheApi');
  await send(tab, call, 2);
  expect(tab.snapshot()).toMatchObject([{ pause: { why: 'network' }, numbers: { waiting: 3 } }]);
  await send(tab, call);
  expect(tab.snapshot()).toMatchObject([{ numbers: { registered: 3 } }]);
});

it('no row goes to another partner, whom the person has joined since', async () => {
  const tab = tabOf(somebody());
  const { call, customers, fates, state } = service();
  await tab.add(fileOf('moved.csv', addresses(150, 'moved')));
  state.partner = { id: 'another partner' };
  expect(await send(tab, call)).toBe('elsewhere');
  expect(customers.size).toBe(0);
  state.partner = { id: 'partner' };
  fates.push('answers', 'answers', 'losesRequest');
  const leaving = async () => {
    state.partner = { id: 'another partner' };
  };
  expect(await sendImports(tab, call, leaving, new AbortController().signal)).toBe('elsewhere');
  expect(customers.size).toBe(100);
});

/** Keeps sending in a tab. `outcomes`: of its attempts, each of which can send meanwhile. */
function keeping(imports: Imports, attempt: () => Promise<Outcome>) {
  const attempts: Promise<Outcome>[] = [];
  const sending = keepSending(
    imports,
    () => {
      const under = attempt();
      attempts.push(under);
      return under;
    },
    () => {},
  );
  onTestFinished(sending.end);
  return { ...sending, attempts };
}

it('a tab whose session has ended is ready to go on once another tab has ended the pause', async () => {
  const person = somebody();
  const [first, other] = [tabOf(person), tabOf(person)];
  const { call, fates } = service();
  const id = await first.add(fileOf('tabs.csv', addresses(150, 'tabs')));
  fates.push('answers', 'endsSession');
  const ended = keeping(first, () => send(first, call));
  await expect.poll(() => first.snapshot()?.[0]?.pause?.why).toBe('signIn');
  await other.stop(id, { why: 'person' });
  await other.goOn(id);
  await expect.poll(() => first.snapshot()?.[0]?.state).toBe('done');
  expect(ended.attempts).toHaveLength(2);
});

it('says that it goes on as soon as the new session is known, before the first rows are answered', async () => {
  const tab = tabOf(somebody());
  const { call, fates } = service();
  await tab.add(fileOf('again.csv', addresses(3, 'again')));
  fates.push('answers', 'endsSession');
  expect(await send(tab, call)).toBe('signIn');
  let pauseThen: unknown = 'nothing was sent';
  const looking = ((endpoint: Endpoint, input: never) => {
    if (endpoint.name === importCustomers.name) pauseThen = tab.snapshot()?.[0]?.pause;
    return call(endpoint as typeof importCustomers, input);
  }) as Client;
  await send(tab, looking);
  expect(pauseThen).toBeUndefined();
});

it('tabs whose sessions have ended all wait: none ends the pause of the others', async () => {
  const person = somebody();
  const tabs = [tabOf(person), tabOf(person)];
  const ended = (async () => {
    throw new ApiProblem(401, { code: 'TOKEN_EXPIRED' });
  }) as Client;
  await tabs[0]?.add(fileOf('tabs.csv', addresses(3, 'ended')));
  await tabs[1]?.refresh();
  const kept = tabs.map((tab) => keeping(tab, () => send(tab, ended)));
  await expect.poll(() => kept.flatMap(({ attempts }) => attempts).length).toBe(2);
  await Promise.all(kept.flatMap(({ attempts }) => attempts));
  // Whatever one tab has changed has reached the other by then.
  await Promise.all(tabs.map((tab) => tab.refresh()));
  expect(kept.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
  expect(tabs[0]?.snapshot()).toMatchObject([{ state: 'running', pause: { why: 'signIn' } }]);
});

it('an import that is removed while its last request is under way stays removed, and the other one is sent', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call, customers } = service();
  const first = await tab.add(fileOf('removed.csv', addresses(3, 'removed')));
  await tab.add(fileOf('other.csv', addresses(2, 'other')));
  const removing = (async (endpoint: Endpoint, input: { body?: { customers: { email: string }[] } }) => {
    const answer = await call(endpoint as typeof importCustomers, input as never);
    if (input.body?.customers[0]?.email.startsWith('removed')) {
      await tab.stop(first, { why: 'person' });
      await tab.remove(first);
    }
    return answer;
  }) as Client;
  expect(await send(tab, removing)).toBe('sent');
  // Nothing is lost: its customers are registered, and the list of customers has them.
  expect(customers.size).toBe(5);
  const { jobs, rows } = await stored(person);
  expect(jobs.map(({ file, state }) => [file, state])).toEqual([['other.csv', 'done']]);
  expect(rows.filter(({ importId }) => importId === first)).toEqual([]);
});

it('says that a change was not stored, and goes on when the browser can store again', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call } = service();
  await tab.add(fileOf('full.csv', addresses(3, 'full')));
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('No space', 'QuotaExceededError');
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    put.mockRestore();
    vi.useRealTimers();
  });
  const { attempts } = keeping(tab, () => send(tab, call));
  await expect.poll(() => attempts.length).toBe(1);
  await expect(attempts[0]).rejects.toThrow('No space');
  expect([tab.isFailing(), tab.snapshot()?.[0]?.state]).toEqual([true, 'running']);
  put.mockRestore();
  await vi.advanceTimersByTimeAsync(30_000);
  await expect.poll(() => tab.snapshot()?.[0]?.state).toBe('done');
  expect(tab.isFailing()).toBe(false);
});

it('an import waits for the next sign-in', async () => {
  const tab = tabOf(somebody());
  const { call, fates } = service();
  await tab.add(fileOf('session.csv', addresses(3, 'session')));
  fates.push('answers', 'endsSession');
  expect(await send(tab, call)).toBe('signIn');
  expect(tab.snapshot()).toMatchObject([{ state: 'running', pause: { why: 'signIn' } }]);
  expect(await send(tab, call)).toBe('sent');
  expect(tab.snapshot()).toMatchObject([{ state: 'done', numbers: { registered: 3 } }]);
});

it('a change is seen in other tabs, and neither by other people nor at other partners', async () => {
  const person = somebody();
  const [tab, other] = [tabOf(person), tabOf(person)];
  const elsewhere = openImports(person, 'another partner');
  const stranger = tabOf(somebody());
  await Promise.all([other, elsewhere, stranger].map((each) => each.refresh()));
  const told = new Promise<void>((resolve) => {
    other.subscribe(() => other.snapshot()?.length && resolve());
  });
  const id = await tab.add(fileOf('seen.csv', addresses(1, 'seen')));
  await told;
  expect(other.snapshot()?.map((job) => job.id)).toEqual([id]);
  await Promise.all([elsewhere, stranger].map((each) => each.refresh()));
  expect([elsewhere.snapshot(), stranger.snapshot()]).toEqual([[], []]);
  expect(await elsewhere.nextBatch()).toBeUndefined();
  await elsewhere.close();
});

it('imports without open rows leave the list after 30 days, others after 90 days or when the person removes them', async () => {
  const person = somebody();
  const tab = tabOf(person);
  const { call } = service();
  await tab.add(fileOf('done.csv', addresses(1, 'done')));
  const open = await tab.add(fileOf('open.csv', addresses(1, 'open'), 1));
  await send(tab, call);
  const days = (count: number) => new Date(Date.now() + count * 24 * 60 * 60_000);
  await tab.tidy(days(29));
  expect(tab.snapshot()).toHaveLength(2);
  await tab.tidy(days(31));
  expect(tab.snapshot()?.map(({ id }) => id)).toEqual([open]);
  await tab.tidy(days(89));
  expect(tab.snapshot()?.map(({ id }) => id)).toEqual([open]);
  expect(isOld(tab.snapshot()?.[0] as Import, days(91))).toBe(true);
  await tab.leaveOut(open);
  expect(isOld(tab.snapshot()?.[0] as Import, days(31))).toBe(true);
  await tab.remove(open);
  expect(await stored(person)).toEqual({ jobs: [], rows: [] });
});
