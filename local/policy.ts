/** IAM: checks a function's requests with the statements of the synthesized templates. */

/** A statement that allows actions on resources: on all items of a table, or on those whose partition keys have one of the prefixes. */
export type Statement = {
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': `${string}*`[] } };
};

/** One request to AWS: the action, the ARN of its resource, and the partition key of an item of a table. */
export type AwsRequest = { action: string; resource: string; leadingKey?: string | undefined };

/**
 * Reads a statement of a function's role. The roles of the stack allow actions on resources by their full names.
 *
 * @throws Error at anything else: a denial, another condition than prefixes of keys, an exception, a wildcard
 */
export function readStatement(statement: object): Statement {
  const { Effect, Action, Resource, Condition, ...others } = statement as Record<string, string | string[]>;
  const names = [Action, Resource].flat();
  const isFullName = (name: string | undefined) => name !== undefined && !/[*?]/.test(name.replace(LOG_STREAMS, ''));
  const isKnown =
    Effect === 'Allow' &&
    Object.keys(others).length === 0 &&
    names.every(isFullName) &&
    (Condition === undefined || KEY_PREFIX.test(JSON.stringify(Condition)));
  if (!isKnown)
    throw new Error(`A role has the statement ${JSON.stringify(statement)}, which local/policy.ts doesn't know.`);
  return statement as Statement;
}

/** All streams of a log group, in the end of an ARN. Functions here write into files, so that no request is checked against it. */
const LOG_STREAMS = /(?<=^arn:[^*?]+:log-group:[^*?]+):\*$/;

const KEY_PREFIX = /^\{"ForAllValues:StringLike":\{"dynamodb:LeadingKeys":\["[^"*?]+\*"(,"[^"*?]+\*")*\]\}\}$/;

/** Whether the statements allow the request. */
export const isAllowed = (
  statements: readonly Statement[],
  { action, resource, leadingKey = '' }: AwsRequest,
): boolean =>
  statements.some(({ Action, Resource, Condition }) => {
    const patterns = Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'] ?? ['*'];
    const isOnKey = patterns.some((pattern) => leadingKey.startsWith(pattern.slice(0, -1)));
    return isOnKey && list(Action).includes(action) && list(Resource).includes(resource);
  });

const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);
