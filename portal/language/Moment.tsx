import { useFormat } from './format.ts';

/** A moment as a date; a tooltip has the exact time. */
export function Day({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.time(at)}>
      {format.date(at)}
    </time>
  );
}

/** A moment as relative time, `in 3 days`; a tooltip has the exact time. */
export function Relative({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.time(at)}>
      {format.relative(at)}
    </time>
  );
}
