/** The format of the table's items. `docs/table.md` says what each format is. */

/**
 * The format that this version writes. Each item says in which format it was written, and an item of the first releases says nothing: it has
 * the format 0. Raise the number by one in the first change after a release that writes items in another way. Then record the new items
 * (`npm run formats:record`): all recorded formats have to stay readable.
 */
export const FORMAT = 1;

/** The attribute of an item with its format. The name is a reserved word of DynamoDB: expressions use a placeholder. */
export const FORMAT_ATTRIBUTE = 'format';

/** The format of a stored item. */
export const formatOf = (item: Record<string, unknown>): number => Number(item[FORMAT_ATTRIBUTE] ?? 0);
