import { RemovalPolicy } from 'aws-cdk-lib';
import type { Environment } from './environment.ts';

/** The policy for data when its stack is deleted, or when it leaves the stack: production keeps the data. */
export const removalPolicyOf = (stage: Environment['stage']): RemovalPolicy =>
  stage === 'production' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
