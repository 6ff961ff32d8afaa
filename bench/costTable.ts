/**
 * `npm run cost`: computes the tables of `docs/cost.md` from the measured units, calls and durations (`measured.json`) and the list prices
 * (`prices.json`), and writes them into the document.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import measured from './measured.json' with { type: 'json' };
import list from './prices.json' with { type: 'json' };

export const COST_DOCUMENT = join(import.meta.dirname, '../docs/cost.md');

const MILLION = 1_000_000;
const GB = 1024 ** 3;
const MEMORY_GB = 0.5;
/** The share of a CPU that comes with 512 MB: 1,769 MB give a whole one (Lambda, "Configure Lambda function memory"). */
const CPU_SHARE = 512 / 1769;
/** A page of the portal is loaded once by each customer: the invitation page with its script, compressed. */
const PAGE_REQUESTS = 4;
const PAGE_BYTES = 150_000;
/** A request writes a line of the gateway and some lines of the function. */
const LOG_BYTES = 1_500;

type Price = keyof typeof list.prices;
const usd = (price: Price, quantity: number): number => quantity * list.prices[price].usd;

/**
 * The invocations of each function for a million customers, and their durations. A function on AWS has less CPU than this machine, so its
 * durations are longer by that factor.
 */
const ofMillion = measured.functions.map(({ name, invocations, viaApi, reads, writes, ms }) => ({
  name,
  invocations,
  viaApi,
  reads,
  writes,
  gbSeconds: ((invocations * ms) / CPU_SHARE / 1000) * MEMORY_GB * MILLION,
}));
const sum = <T>(entries: readonly T[], of: (entry: T) => number): number =>
  entries.reduce((total, entry) => total + of(entry), 0);

const apiRequests = sum(ofMillion, ({ viaApi, invocations }) => (viaApi ? invocations : 0)) * MILLION;
const distributionRequests = apiRequests + PAGE_REQUESTS * MILLION;
const storedGb = (measured.bytesStored * MILLION) / GB;

/** The lines of the table. Each has a service, the quantity that is used, and the price of one unit. */
const LINES: [what: string, quantity: number, unit: string, price: Price, billed: number][] = [
  ['mails', measured.mails * MILLION, '', 'ses', measured.mails],
  [
    'DynamoDB: writes',
    sum(ofMillion, ({ writes }) => writes) * MILLION,
    ' write units',
    'dynamoDbWrite',
    sum(ofMillion, ({ writes }) => writes),
  ],
  [
    'DynamoDB: reads',
    sum(ofMillion, ({ reads }) => reads) * MILLION,
    ' read units',
    'dynamoDbRead',
    sum(ofMillion, ({ reads }) => reads),
  ],
  ['DynamoDB: storage of the first year', storedGb, ' GB', 'dynamoDbStorage', storedGb * 12],
  ['DynamoDB: recovery in the first year', storedGb, ' GB', 'dynamoDbRecovery', storedGb * 12],
  [
    'Lambda: durations',
    sum(ofMillion, ({ gbSeconds }) => gbSeconds),
    ' GB-seconds',
    'lambdaDuration',
    sum(ofMillion, ({ gbSeconds }) => gbSeconds) / MILLION,
  ],
  [
    'Lambda: invocations',
    sum(ofMillion, ({ invocations }) => invocations) * MILLION,
    '',
    'lambdaRequest',
    sum(ofMillion, ({ invocations }) => invocations),
  ],
  ['HTTP API', apiRequests, ' requests', 'httpApi', apiRequests / MILLION],
  ['CloudFront: requests', distributionRequests, ' requests', 'cloudFront', distributionRequests / MILLION],
  ['CloudFront: data', (PAGE_BYTES * MILLION) / GB, ' GB', 'cloudFrontData', (PAGE_BYTES * MILLION) / GB],
  ['web ACL of the distribution', distributionRequests, ' requests', 'webAclRequest', distributionRequests / MILLION],
  [
    'logs',
    (sum(ofMillion, ({ invocations }) => invocations) * MILLION * LOG_BYTES) / GB,
    ' GB',
    'logs',
    (sum(ofMillion, ({ invocations }) => invocations) * MILLION * LOG_BYTES) / GB,
  ],
];

/** The number of resources that AWS bills in production even if there is no customer. `infra/stacks.test.ts` counts them in the templates. */
export const IDLE = {
  webAcl: 2,
  webAclRule: 8,
  alarm: 40,
  metric: 14,
  dashboard: 1,
  secret: 2,
  kmsKey: 1,
} satisfies Partial<Record<Price, number>>;

/** The table of the monthly cost of an environment without customers. It leaves out the runs of the schedules. */
const idleTable = (): string => {
  const rows = (Object.keys(IDLE) as (keyof typeof IDLE)[]).map(
    (price) =>
      [
        list.prices[price].per.replace(/ and month$/, ''),
        IDLE[price],
        list.prices[price].usd,
        usd(price, IDLE[price]),
      ] as const,
  );
  return [
    '| a month of | number | list price (USD) | USD |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(([what, number, price, cost]) => `| ${what} | ${number} | ${price} | ${dollars(cost)} |`),
    `| **all** | | | **${dollars(sum(rows, ([, , , cost]) => cost))}** |`,
  ].join('\n');
};

const rounded = (quantity: number): string => Number(quantity.toPrecision(3)).toLocaleString('en-US');
const dollars = (amount: number): string =>
  amount.toLocaleString('en-US', { maximumFractionDigits: amount < 10 ? 2 : 0 });

/** The table of the cost of a million customers, from their registration to their cloud. */
export const costOfMillion = (): number => sum(LINES, ([, , , price, billed]) => usd(price, billed));

function costTable(): string {
  const rows = LINES.map(([what, quantity, unit, price, billed]) => {
    const { usd: list_, per } = list.prices[price];
    return `| ${what} | ${rounded(quantity)}${unit} | ${list_} per ${per} | ${dollars(usd(price, billed))} |`;
  });
  return [
    '| what | a million customers | list price (USD) | USD |',
    '| --- | ---: | --- | ---: |',
    ...rows,
    `| **all** | | | **${dollars(costOfMillion())}** |`,
  ].join('\n');
}

function functionTable(): string {
  const rows = measured.functions.map(
    ({ name, invocations, reads, writes, ms }) =>
      `| \`${name}\` | ${invocations} | ${reads} | ${writes} | ${ms} | ${Math.round(ms / CPU_SHARE)} |`,
  );
  return [
    '| function | invocations | read units | write units | ms here | ms at most on AWS |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function priceTable(): string {
  const rows = Object.values(list.prices).map(
    ({ usd: price, per, page }) =>
      `| ${price} | ${per} | [${new URL(page).pathname.replaceAll('/', ' ').trim()}](${page}) |`,
  );
  return ['| USD | per | page |', '| ---: | --- | --- |', ...rows].join('\n');
}

/** The document with today's tables, each between its markers. */
export function withTables(document: string): string {
  const tables = { cost: costTable(), functions: functionTable(), prices: priceTable(), idle: idleTable() };
  return Object.entries(tables).reduce(
    (text, [name, table]) =>
      text.replace(
        new RegExp(`(<!-- computed: ${name} -->)[\\s\\S]*?(<!-- end -->)`),
        (_, begin, end) => `${begin}\n${table}\n${end}`,
      ),
    document,
  );
}

if (import.meta.main) {
  if (process.argv.length > 2) {
    console.error(
      'npm run cost takes no arguments: bench/measured.json and bench/prices.json have what it computes from.',
    );
    process.exit(1);
  }
  const before = readFileSync(COST_DOCUMENT, 'utf8');
  const after = withTables(before);
  if (after !== before) writeFileSync(COST_DOCUMENT, after);
  console.log(`docs/cost.md ${after === before ? 'has the tables already' : 'has new tables'}.`);
}
