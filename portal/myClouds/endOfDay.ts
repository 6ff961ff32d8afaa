/** The end of a day (`2026-12-31`) on the reader's clock, as RFC 3339; undefined if there is no such day, or its end has no such form. */
export function endOfDay(day: string): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  const first = new Date(Number(year), Number(month) - 1, Number(date));
  // `new Date` makes the 3rd of March of a 31st of February.
  if (first.getMonth() !== Number(month) - 1) return undefined;
  const end = new Date(first.getFullYear(), first.getMonth(), first.getDate() + 1).toISOString();
  // RFC 3339 has no form for years after 9999.
  return /^\d{4}-/.test(end) ? end : undefined;
}

/** A moment of the last day before an end, as RFC 3339; undefined if the end isn't the end of a day on the reader's clock. */
export function lastDayOf(end: string): string | undefined {
  const date = new Date(end);
  const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate());
  return midnight.getTime() === date.getTime() ? new Date(date.getTime() - 1).toISOString() : undefined;
}
