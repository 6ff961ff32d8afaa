import { RemovalPolicy } from 'aws-cdk-lib';
import type { Environment } from './environment.ts';

/**
 * The policy for data when its stack is deleted, or when it leaves the stack: production keeps the data. A deployment that fails takes
 * away what it has made itself: that is empty, and its name would be in the way of the next attempt.
 */
export const removalPolicyOf = (stage: Environment['stage']): RemovalPolicy =>
  stage === 'production' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

/**
 * The policy for data that production also protects from deletion. CloudFormation can't delete it, so a failed deployment leaves it
 * behind: otherwise the rollback would fail, too. It has no fixed name, so it isn't in the way.
 */
export const protectedRemovalPolicyOf = (stage: Environment['stage']): RemovalPolicy =>
  stage === 'production' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
