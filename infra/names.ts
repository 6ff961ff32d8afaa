import type { Environment } from './environment.ts';

/**
 * The beginning of every name that an environment chooses itself. Names are made of environment and region: some are known to a whole
 * account (policies of CloudFront), some to the whole world (the domain of a user pool), and two environments or regions share none.
 */
export const prefixOf = ({ name, region }: Pick<Environment, 'name' | 'region'>): string =>
  `partner-portal-${name}-${region}`;

/** The name of a resource in an environment, such as `partner-portal-production-eu-central-1-deliverMail`. */
export const nameIn = (environment: Pick<Environment, 'name' | 'region'>, what: string): string =>
  `${prefixOf(environment)}-${what}`;

/** The name of the bucket of the pages. Buckets of all accounts in the world have different names. */
export const pagesBucketName = (environment: Pick<Environment, 'name' | 'region' | 'account'>): string =>
  nameIn(environment, `pages-${environment.account}`);

/** The stacks of an environment, in the order of their deployment. */
export const STACKS = ['edge', 'data', 'pages', 'application'] as const;
export type StackKind = (typeof STACKS)[number];

/** The region of a stack. CloudFront takes the resources of the edge stack only from us-east-1. */
export const regionOf = ({ region }: Pick<Environment, 'region'>, kind: StackKind): string =>
  kind === 'edge' ? 'us-east-1' : region;
