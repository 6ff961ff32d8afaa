/** The places in a JSON value, at which tests put other values. */

/** A place in an example: the path to it, and its value. */
export type Place = { way: (string | number)[]; value: unknown };

export function placesIn(value: unknown, way: Place['way'] = []): Place[] {
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => placesIn(each, [...way, Array.isArray(value) ? +key : key]))
      : [];
  return [{ way, value }, ...below];
}

/** The example with another value, or without a value (`undefined`), at one place. */
export function replaced(value: unknown, [first, ...rest]: Place['way'], by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((each, i) => (i === first ? replaced(each, rest, by) : each));
  const object = value as Record<string, unknown>;
  return { ...object, [first]: replaced(object[first], rest, by) };
}

export const kindOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
export const nameOf = (way: Place['way']) => way.join('.');
/** The JSON text of an object with one more member, of any name. */
export const withMember = (object: unknown, key: string) =>
  JSON.stringify(object).replace(
    /^\{(.)?/,
    (_, next) => `{${JSON.stringify(key)}:{"a":1}${next === '}' ? '' : ','}${next}`,
  );
