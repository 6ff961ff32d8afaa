/** IAM: which function may do what, by the statements of the synthesized template. */

export type Statement = {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
};

/** One request to AWS: the action, the ARN it is on, and what conditions look at (`dynamodb:LeadingKeys`, …). */
export type AwsRequest = { action: string; resource: string; context?: Record<string, readonly string[]> };

/** Whether the statements allow the request: an explicit Deny wins, and what nothing allows is denied. */
export function isAllowed(statements: readonly Statement[], request: AwsRequest): boolean {
  const matching = statements.filter((statement) => applies(statement, request));
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

function applies(statement: Statement, { action, resource, context = {} }: AwsRequest): boolean {
  // Actions are matched without regard to case, ARNs with it (IAM, "Policy elements").
  const actions = list(statement.Action).some((pattern) => wildcard(pattern.toLowerCase(), action.toLowerCase()));
  const notActions = list(statement.NotAction).some((pattern) => wildcard(pattern.toLowerCase(), action.toLowerCase()));
  const resources = list(statement.Resource).some((pattern) => wildcard(pattern, resource));
  const notResources = list(statement.NotResource).some((pattern) => wildcard(pattern, resource));
  return (
    (statement.NotAction ? !notActions : actions) &&
    (statement.NotResource ? !notResources : resources) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => conditionHolds(operator, list(values), context[key] ?? [])),
    )
  );
}

function conditionHolds(operator: string, expected: string[], actual: readonly string[]): boolean {
  const [, qualifier, comparison] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(operator) ?? [];
  const matches = (value: string): boolean => {
    switch (comparison) {
      case 'StringEquals':
      case 'ArnEquals':
        return expected.includes(value);
      case 'StringLike':
      case 'ArnLike':
        return expected.some((pattern) => wildcard(pattern, value));
      default:
        throw new Error(`A policy uses the condition ${operator}, which local/policy.ts doesn't know yet.`);
    }
  };
  if (qualifier === 'ForAllValues') return actual.every(matches);
  return actual.some(matches);
}

/** IAM's `*` and `?`. */
function wildcard(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

const list = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
