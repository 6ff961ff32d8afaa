/** The cost of requests to DynamoDB by its documented rules: sizes of items, and write units. */
import { INDEXES, TABLE_KEYS } from '../shared/table/keys.ts';

type AttributeValue = { S?: string; N?: string; BOOL?: boolean; NULL?: boolean; L?: AttributeValue[]; M?: Attributes };
export type Attributes = Record<string, AttributeValue>;

/** A write unit is 1 KB, rounded up. */
const WRITE_UNIT_BYTES = 1024;
/** A transaction counts each write twice: to prepare and to commit. */
const TRANSACTION_FACTOR = 2;

const bytes = (text: string): number => Buffer.byteLength(text);

/** Size of an item (Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats"). */
export function itemBytes(item: Attributes): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return bytes(S);
  // One byte per two significant digits, and one more byte.
  if (N !== undefined) return Math.ceil(N.replace(/\D/g, '').length / 2) + 1;
  if (L !== undefined) return 3 + L.reduce((sum, value) => sum + 1 + valueBytes(value), 0);
  if (M !== undefined) return 3 + Object.keys(M).length + itemBytes(M);
  return 1;
}

/** Write units of a new item in a transaction, including its entries in the table's indexes. */
export function newItemWriteUnits(item: Attributes): number {
  const entries = Object.values(INDEXES).flatMap(({ partition, sort, projection }) => {
    if (!(partition in item && sort in item)) return [];
    const keys = new Set<string>([TABLE_KEYS.partition, TABLE_KEYS.sort, partition, sort]);
    return projection === 'ALL'
      ? [item]
      : [Object.fromEntries(Object.entries(item).filter(([name]) => keys.has(name)))];
  });
  return TRANSACTION_FACTOR * writeUnits(item) + entries.reduce((sum, entry) => sum + writeUnits(entry), 0);
}

const writeUnits = (item: Attributes): number => Math.ceil(itemBytes(item) / WRITE_UNIT_BYTES);
