import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ApplicationStack } from './applicationStack.ts';
import { releaseOf } from './bundles.ts';
import { DataStack } from './dataStack.ts';
import { EdgeStack } from './edgeStack.ts';
import type { Environment } from './environment.ts';
import { PagesStack } from './pagesStack.ts';

/** The stacks of an environment. */
export type PartnerPortal = {
  edge: EdgeStack;
  data: DataStack;
  pages: PagesStack;
  application: ApplicationStack;
};

/**
 * Defines the whole app: the stacks of an environment, and the checks that must pass before they are synthesized. A stack refers only to
 * those before it: application → pages → data, and pages → edge. (ADR 21)
 *
 * @param bundles folder with the functions' bundles
 * @param built folder with the web pages
 */
export function definePartnerPortal(app: App, environment: Environment, bundles: string, built: string): PartnerPortal {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const edge = new EdgeStack(app, environment);
  const data = new DataStack(app, environment, bundles);
  const pages = new PagesStack(app, environment, { data, edge });
  const application = new ApplicationStack(app, environment, {
    ...{ data, pages, bundles, built },
    release: releaseOf(bundles),
  });
  return { edge, data, pages, application };
}
