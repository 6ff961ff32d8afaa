/** Dates, times and numbers in the form of a language. Moments are RFC 3339, as in the API. */
import { useTranslation } from 'react-i18next';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Vietnamese writes a date in digits, 03/05/2026. */
const day = (language: string): Intl.DateTimeFormatOptions =>
  language === 'vi'
    ? { day: '2-digit', month: '2-digit', year: 'numeric' }
    : { day: 'numeric', month: 'short', year: 'numeric' };

/** Russian writes *г.* after the year: it stays on the year's line. */
const withYear = (date: string): string => date.replace(' г.', '\u00a0г.');

/** `3 May 2026` */
export const formatDate = (language: string, moment: string): string =>
  withYear(new Intl.DateTimeFormat(language, day(language)).format(new Date(moment)));

/** `3 May 2026, 14:05 GMT+7`, on the reader's clock. */
export const formatTime = (language: string, moment: string): string =>
  withYear(
    new Intl.DateTimeFormat(language, {
      ...day(language),
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
    }).format(new Date(moment)),
  );

/** `14:05` of today, `3 May 2026` of another day, on the reader's clock. */
export function formatSince(language: string, moment: string, now = new Date()): string {
  const date = new Date(moment);
  if (date.toDateString() !== now.toDateString()) return formatDate(language, moment);
  return new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(date);
}

/** `in 3 days`, `in 5 hours`, `2 minutes ago`: days from two days on, hours from two hours on, at least one minute. */
export function formatRelative(language: string, moment: string, now = new Date()): string {
  const distance = new Date(moment).getTime() - now.getTime();
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  const within = (unit: number) => Math.round(distance / unit);
  if (Math.abs(distance) >= 2 * DAY_MS) return format.format(within(DAY_MS), 'day');
  if (Math.abs(distance) >= 2 * HOUR_MS) return format.format(within(HOUR_MS), 'hour');
  return format.format(within(MINUTE_MS) || (distance < 0 ? -1 : 1), 'minute');
}

/** `1.8 kB`, `1.5 MB`: a kB has a thousand bytes, a MB a million. */
export function formatFileSize(language: string, bytes: number): string {
  const [unit, size] = bytes < 999_500 ? (['kilobyte', 1000] as const) : (['megabyte', 1_000_000] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / size);
}

/** The formats of the page's language. */
export function useFormat() {
  const { language } = useTranslation().i18n;
  return {
    date: (moment: string) => formatDate(language, moment),
    time: (moment: string) => formatTime(language, moment),
    since: (moment: string) => formatSince(language, moment),
    relative: (moment: string) => formatRelative(language, moment),
    fileSize: (bytes: number) => formatFileSize(language, bytes),
    number: (value: number) => new Intl.NumberFormat(language).format(value),
  };
}
