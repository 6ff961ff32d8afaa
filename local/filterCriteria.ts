/** The event filters of Lambda's event source mappings and of EventBridge's rules. */

/** A parsed pattern, such as `FilterCriteria.Filters[].Pattern`: objects nest, arrays hold alternatives. */
export type FilterPattern = { [field: string]: FilterPattern | Alternative[] };

type Alternative =
  | string
  | number
  | boolean
  | null
  | { prefix: string }
  | { suffix: string }
  | { 'equals-ignore-case': string }
  | { exists: boolean }
  | { 'anything-but': (string | number)[] | { prefix: string } }
  | { numeric: (string | number)[] };

/**
 * Whether a record passes: every field of the pattern must match, and at least one of the patterns of `$or`.
 *
 * @throws Error at a comparison that this module doesn't know
 */
export function matchesFilter(pattern: FilterPattern, record: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === '$or')
      return (expected as unknown as FilterPattern[]).some((either) => matchesFilter(either, record));
    const value =
      typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[field] : undefined;
    if (Array.isArray(expected)) return expected.some((alternative) => matchesAlternative(alternative, value));
    return matchesFilter(expected, value);
  });
}

function matchesAlternative(alternative: Alternative, value: unknown): boolean {
  // A list in the record matches if one of its entries matches.
  if (Array.isArray(value)) return value.some((entry) => matchesAlternative(alternative, entry));
  if (typeof alternative !== 'object' || alternative === null) return alternative === value;
  if ('exists' in alternative) return alternative.exists === (value !== undefined);
  if (value === undefined) return false;
  if ('prefix' in alternative) return typeof value === 'string' && value.startsWith(alternative.prefix);
  if ('suffix' in alternative) return typeof value === 'string' && value.endsWith(alternative.suffix);
  if ('equals-ignore-case' in alternative) {
    return typeof value === 'string' && value.toLowerCase() === alternative['equals-ignore-case'].toLowerCase();
  }
  if ('anything-but' in alternative) {
    const excluded = alternative['anything-but'];
    return Array.isArray(excluded)
      ? !excluded.includes(value as string | number)
      : !(typeof value === 'string' && value.startsWith(excluded.prefix));
  }
  if ('numeric' in alternative) return matchesNumeric(alternative.numeric, value);
  throw new Error(
    `A stream filter uses ${JSON.stringify(alternative)}, which local/filterCriteria.ts doesn't know yet.`,
  );
}

/** `[">", 0, "<=", 5]`: every pair of operator and number must hold. */
function matchesNumeric(comparisons: (string | number)[], value: unknown): boolean {
  if (typeof value !== 'number') return false;
  for (let index = 0; index < comparisons.length; index += 2) {
    const limit = Number(comparisons[index + 1]);
    const holds = {
      '=': value === limit,
      '<': value < limit,
      '<=': value <= limit,
      '>': value > limit,
      '>=': value >= limit,
    };
    if (!holds[comparisons[index] as keyof typeof holds]) return false;
  }
  return true;
}
