/** Checks before a deployment that the account can run the functions: a new account may run few at the same time. */
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { API_REQUESTS_PER_SECOND } from './environmentSchema.ts';
import type { ComparedTemplate } from './keepsData.ts';

/** Executions that Lambda keeps for functions without a reservation ("Configuring reserved concurrency"). */
const KEPT_BY_LAMBDA = 100;

/** How many functions an account may run at the same time in a region. */
export type Concurrency = {
  /** All functions together. */
  limit: number;
  /** Those that no function has reserved. */
  unreserved: number;
};

/** Asks AWS how many functions the account may run at the same time. */
export async function concurrencyOf(region: string): Promise<Concurrency> {
  const { AccountLimit } = await new LambdaClient({ region }).send(new GetAccountSettingsCommand());
  const { ConcurrentExecutions: limit = 0, UnreservedConcurrentExecutions: unreserved = limit } = AccountLimit ?? {};
  return { limit, unreserved };
}

/**
 * What is wrong with the account's concurrency, in one sentence: `fault` if the deployment would fail, `warning` if callers would be
 * refused. Both are missing if the account has enough.
 *
 * @param before the deployed template of the functions
 * @param after the template to deploy
 */
export function concurrencyFault(
  { limit, unreserved }: Concurrency,
  { before, after, region }: { before: ComparedTemplate; after: ComparedTemplate; region: string },
): { fault?: string; warning?: string } {
  const more = reservedIn(after) - reservedIn(before);
  const free = Math.max(0, unreserved - KEPT_BY_LAMBDA);
  const ask = `Ask for more: Service Quotas, AWS Lambda, "Concurrent executions" (L-B99A9384), in ${region}`;
  if (more > free)
    return {
      fault: `The deployment reserves ${more} more concurrent executions of functions, and the account has ${free} left to reserve in ${region}: its limit is ${limit}, and Lambda keeps ${KEPT_BY_LAMBDA} unreserved. ${ask}, or reserve less.`,
    };
  if (limit < API_REQUESTS_PER_SECOND)
    return {
      warning: `The account may run ${limit} functions at the same time in ${region}, and a burst of ${API_REQUESTS_PER_SECOND} requests is let in: callers beyond the limit get an error. ${ask}.`,
    };
  return {};
}

/** The concurrent executions that the functions of a template reserve. */
const reservedIn = ({ Resources = {} }: ComparedTemplate): number =>
  Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties = {} }) => Number(Properties['ReservedConcurrentExecutions'] ?? 0))
    .reduce((sum, each) => sum + each, 0);
