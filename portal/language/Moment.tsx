import { useFormat } from './format.ts';

/** A moment as a date, with the exact time on demand. */
export function Day({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.time(at)}>
      {format.date(at)}
    </time>
  );
}

/** A moment as people say it, `in 3 days`, with the exact time on demand. */
export function Relative({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.time(at)}>
      {format.relative(at)}
    </time>
  );
}
