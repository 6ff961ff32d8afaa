/**
 * `npx node bench/hotPartitions.ts`: simulates which keys of the table and its indexes take the writes of many customers, and writes the tables of
 * `docs/scaling.md`. DynamoDB spreads keys over partitions, but the writes of one key are limited: the busiest key says where it begins
 * to hurt.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  APPROVALS,
  customerKey,
  customersOf,
  customersOfStatus,
  duePartition,
  grantKey,
  type IndexName,
  mailQueueOf,
  mailsOfDayKey,
  myCustomersOf,
  SENDING_RATE_KEY,
} from '../shared/table/keys.ts';
import measured from './measured.json' with { type: 'json' };

export const SCALING_DOCUMENT = join(import.meta.dirname, '../docs/scaling.md');

/** The write units a second that a key takes, in the table and in each index ("Best practices for designing partition keys"). */
const KEY_UNITS_PER_SECOND = 1_000;
const CUSTOMERS = 2_000;
const SEED = 1;
/** The units of a customer's item, and of its entry in an index with whole items: at registration 1 KB, with organization and delivery 2. */
const [SMALL, FULL] = [1, 2];
/** A transaction counts each write twice. */
const IN_TRANSACTION = 2;

type Place = 'table' | IndexName;
type Write = [place: Place, key: string, units: number];
/** How mails leave (`docs/mail.md`), and whether the provider approves each customer. */
type Kind = { queued: boolean; approves: boolean };

/** Numbers between 0 and 1, the same for each seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The writes of one customer from its registration to its cloud, as the functions send them. */
function writesOf(customerId: string, partnerId: string, { queued, approves }: Kind): Write[] {
  const { pk } = customerKey(customerId);
  const email = `${customerId}@client.example`;
  const person = myCustomersOf(`USER#${email}`);
  const due = duePartition('STATE', customerId);
  const mails = queued ? mailQueueOf(partnerId) : duePartition('MAIL', customerId);
  const lists = (units: number): Write[] => [
    ['byCreated', customersOf(partnerId), units],
    ['byName', customersOf(partnerId), units],
    ['byEmail', customersOf(partnerId), units],
  ];
  const status = (name: string, units: number): Write => ['byStatus', customersOfStatus(partnerId, name), units];
  const changed = (name: string, units = FULL): Write[] => [
    ['table', pk, IN_TRANSACTION * units],
    ...lists(units),
    status(name, units),
  ];
  const moved = (from: string, to: string): Write[] => [
    ['table', pk, IN_TRANSACTION * FULL],
    ...lists(FULL),
    status(from, FULL),
    status(to, FULL),
  ];
  const event: Write = ['table', pk, IN_TRANSACTION];
  const item = (key: string): Write => ['table', key, IN_TRANSACTION];
  /** A mail: taken, counted, sent, marked. Its entry in the index moves when it is taken, and goes when it is marked. */
  const sent: Write[] = [
    ['table', pk, IN_TRANSACTION],
    ['byDue', mails, 2],
    ['table', SENDING_RATE_KEY.pk, 1],
    ['table', pk, IN_TRANSACTION],
    ['byDue', mails, 1],
  ];
  const registered: Write[] = [
    ['table', mailsOfDayKey(partnerId, '2026-11-27').pk, 1],
    ...changed('VERIFICATION_REQUIRED', SMALL),
    ['byDue', due, 1],
    event,
    ['byDue', mails, 1],
    item(person),
    item(person),
  ];
  const invited: Write[] = [...sent, ...changed('VERIFICATION_REQUIRED'), item(person)];
  const delivered: Write[] = [['table', pk, 1], event, item(person), ...changed('VERIFICATION_REQUIRED')];
  const confirmed = (to: string): Write[] => [
    ...moved('VERIFICATION_REQUIRED', to),
    ['byDue', due, 1],
    event,
    ['byDue', mails, 1],
    item(person),
    item(`USER#${email}`),
    item(`USER#${email}`),
  ];
  const approved: Write[] = [
    ...moved('APPROVAL_REQUIRED', 'ACTIVE'),
    ['byApproval', APPROVALS, FULL],
    ['byDue', due, 1],
    event,
    ['byDue', mails, 1],
    ...sent,
  ];
  const told: Write[] = [...sent, ['table', pk, 1], ['table', pk, 1]];
  const cloud: Write[] = [
    ...changed('ACTIVE'),
    event,
    item(pk),
    item(pk),
    item(`CLOUD#${customerId}`),
    item(grantKey(`USER#${email}`, '').pk),
  ];
  const confirms: Write[] = approves
    ? [...confirmed('APPROVAL_REQUIRED'), ['byApproval', APPROVALS, FULL], ...approved]
    : confirmed('ACTIVE');
  return [...registered, ...invited, ...delivered, ...confirms, ...told, ...cloud];
}

/** The write units of one customer, on average: in all, and by key. */
type Load = { units: number; keys: Map<string, number> };
const simulated = new Map<string, Load>();

/**
 * The write units of each key for one customer, on average.
 *
 * @param partners how many partners there are. Their sizes differ as those of cities do: the second has half of the first's customers, the
 *   third a third (Zipf)
 */
export function simulate(partners: number, kind: Kind): Load {
  const run = JSON.stringify([partners, kind]);
  const known = simulated.get(run);
  if (known) return known;
  const random = randomOf(SEED);
  const sizes = Array.from({ length: partners }, (_, rank) => 1 / (rank + 1));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const drawPartner = (): number => {
    let left = random() * all;
    const rank = sizes.findIndex((size) => {
      left -= size;
      return left < 0;
    });
    return rank < 0 ? partners - 1 : rank;
  };
  const keys = new Map<string, number>();
  let units = 0;
  for (let n = 0; n < CUSTOMERS; n++) {
    const customerId = `dn2${Math.floor(random() * 2 ** 52).toString(36)}`;
    for (const [place, key, each] of writesOf(customerId, `partner-${drawPartner()}`, kind)) {
      const name = `${place} ${key}`;
      keys.set(name, (keys.get(name) ?? 0) + each / CUSTOMERS);
      units += each / CUSTOMERS;
    }
  }
  const load = { units, keys };
  simulated.set(run, load);
  return load;
}

/** The units of the functions as they were counted on the local stack. */
export const countedUnits = measured.functions.reduce((sum, { writes }) => sum + writes, 0);

/** The kinds of keys in the table of the document. */
const KEYS: [what: string, name: RegExp, kind?: Partial<Kind>][] = [
  ['lists of a partner (`byCreated`, `byName`, `byEmail`)', /^by(Created|Name|Email) CUSTOMERS#/],
  ['a list by status', /^byStatus /],
  ['the day of a partner (`MAILS#<day>`)', /^table PARTNER#/],
  ['due mails that leave at once (4 partitions)', /^byDue DUE#MAIL#/],
  ['due mails of a partner that wait in turn', /^byDue DUE#MAIL_OF#/, { queued: true }],
  ['due states (4 partitions)', /^byDue DUE#STATE#/],
  ['the count of mails in a second (`SENDING_RATE`)', /^table SENDING_RATE/],
  ['approvals (`byApproval`), if the program approves', /^byApproval /, { approves: true }],
];
const PARTNERS = [1, 50, 5_000];

/** The customers a second, over all partners, at which the busiest key of a kind takes all that a key takes. */
export function limitOf(name: RegExp, partners: number, kind: Partial<Kind> = {}): number {
  const { keys } = simulate(partners, { queued: false, approves: false, ...kind });
  const busiest = Math.max(...[...keys].filter(([key]) => name.test(key)).map(([, units]) => units));
  return KEY_UNITS_PER_SECOND / busiest;
}

const rounded = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en-US');

function keyTable(): string {
  const rows = KEYS.map(([what, name, kind]) => {
    const limits = PARTNERS.map((partners) => rounded(limitOf(name, partners, kind)));
    return `| ${what} | ${limits.join(' | ')} |`;
  });
  const heads = PARTNERS.map((partners) =>
    partners === 1 ? 'one partner' : `${partners.toLocaleString('en-US')} partners`,
  );
  return [`| key | ${heads.join(' | ')} |`, `| --- |${' ---: |'.repeat(PARTNERS.length)}`, ...rows].join('\n');
}

/** The document with today's table between its markers. */
export const withKeyTable = (document: string): string =>
  document.replace(
    /(<!-- computed: keys -->)[\s\S]*?(<!-- end -->)/,
    (_, begin, end) => `${begin}\n${keyTable()}\n${end}`,
  );

if (import.meta.main) writeFileSync(SCALING_DOCUMENT, withKeyTable(readFileSync(SCALING_DOCUMENT, 'utf8')));
