/** IAM: checks a function's requests with the statements of the synthesized templates. */

/**
 * A statement that allows actions on resources: on all items of a table, or on those whose partition keys have one of the prefixes; mails
 * from the sender's identity, or to all identities for mails of one address.
 */
export type Statement = {
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: {
    'ForAllValues:StringLike'?: { 'dynamodb:LeadingKeys': `${string}*`[] };
    StringEquals?: { 'ses:FromAddress': string };
  };
};

/** One request to AWS: the action, the ARN of its resource, the partition key of an item of a table, and the sender of a mail. */
export type AwsRequest = {
  action: string;
  resource: string;
  leadingKey?: string | undefined;
  fromAddress?: string;
};

/**
 * Reads a statement of a function's role. The roles of the stack allow actions on resources by their full names.
 *
 * @throws Error at anything else: a denial, another condition than prefixes of keys or a sender, an exception, a wildcard
 */
export function readStatement(statement: object): Statement {
  const { Effect, Action, Resource, Condition, ...others } = statement as Record<string, string | string[]>;
  const names = [Action, Resource].flat();
  const condition = JSON.stringify(Condition);
  const isOfSender = SENDER.test(condition ?? '');
  const isFullName = (name: string | undefined) =>
    name !== undefined && !/[*?]/.test(name.replace(LOG_STREAMS, '').replace(isOfSender ? ALL_IDENTITIES : '', ''));
  const isKnown =
    Effect === 'Allow' &&
    Object.keys(others).length === 0 &&
    names.every(isFullName) &&
    (condition === undefined || isOfSender || KEY_PREFIX.test(condition));
  if (!isKnown)
    throw new Error(`A role has the statement ${JSON.stringify(statement)}, which local/policy.ts doesn't know.`);
  return statement as Statement;
}

/** All streams of a log group, in the end of an ARN. Functions here write into files, so that no request is checked against it. */
const LOG_STREAMS = /(?<=^arn:[^*?]+:log-group:[^*?]+):\*$/;

/** All identities of SES, in the end of an ARN: only mails of one sender may go to them. */
const ALL_IDENTITIES = /(?<=^arn:[^*?]+:ses:[^*?]+:identity\/)\*$/;

const SENDER = /^\{"StringEquals":\{"ses:FromAddress":"[^"*?]+"\}\}$/;
const KEY_PREFIX = /^\{"ForAllValues:StringLike":\{"dynamodb:LeadingKeys":\["[^"*?]+\*"(,"[^"*?]+\*")*\]\}\}$/;

/** Whether the statements allow the request. */
export const isAllowed = (
  statements: readonly Statement[],
  { action, resource, leadingKey = '', fromAddress }: AwsRequest,
): boolean =>
  statements.some(({ Action, Resource, Condition }) => {
    const patterns = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? ['*'];
    const isOnKey = patterns.some((pattern) => leadingKey.startsWith(pattern.slice(0, -1)));
    const sender = Condition?.StringEquals?.['ses:FromAddress'];
    const isFromSender = sender === undefined || sender === fromAddress;
    const isOn = (name: string) =>
      name === resource || (ALL_IDENTITIES.test(name) && resource.startsWith(name.slice(0, -1)));
    return isOnKey && isFromSender && list(Action).includes(action) && list(Resource).some(isOn);
  });

const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);
