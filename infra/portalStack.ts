import { type App, Stack } from 'aws-cdk-lib';
import type { Environment } from './environment.ts';
import { nameIn, regionOf, type StackKind } from './names.ts';

/** A stack of an environment, in the environment's account, under a name that no other environment or region has. */
export class PortalStack extends Stack {
  constructor(app: App, environment: Environment, kind: StackKind, description: string) {
    const { account, stage } = environment;
    super(app, nameIn(environment, kind), {
      description: `Partner portal, ${environment.name}: ${description}`,
      env: { account, region: regionOf(environment, kind) },
      terminationProtection: stage === 'production',
    });
  }
}
