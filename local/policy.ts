/** IAM: checks a function's requests with the statements of the synthesized template. */

/** A statement that allows actions on resources. */
export type Statement = { Effect: 'Allow'; Action: string | string[]; Resource: string | string[] };

/** One request to AWS: the action, and the ARN of its resource. */
export type AwsRequest = { action: string; resource: string };

/**
 * Reads a statement of a function's role. The roles of the stack allow actions on resources by their full names.
 *
 * @throws Error at anything else: a denial, a condition, an exception, a wildcard
 */
export function readStatement(statement: object): Statement {
  const { Effect, Action, Resource, ...others } = statement as Record<string, string | string[]>;
  const names = [Action, Resource].flat();
  const isFullName = (name: string | undefined) => name !== undefined && !/[*?]/.test(name);
  if (Effect !== 'Allow' || Object.keys(others).length > 0 || !names.every(isFullName))
    throw new Error(`A role has the statement ${JSON.stringify(statement)}, which local/policy.ts doesn't know.`);
  return statement as Statement;
}

/** Whether the statements allow the request. */
export const isAllowed = (statements: readonly Statement[], { action, resource }: AwsRequest): boolean =>
  statements.some(({ Action, Resource }) => list(Action).includes(action) && list(Resource).includes(resource));

const list = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);
