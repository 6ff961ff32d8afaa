import type { App } from 'aws-cdk-lib';
import { Alarms } from './alarms.ts';
import { PortalApi } from './api.ts';
import { watchApi } from './apiAlarms.ts';
import { PortalDashboard } from './dashboard.ts';
import type { DataStack } from './dataStack.ts';
import { DeliverMail } from './deliverMail.ts';
import type { Environment } from './environment.ts';
import { ExpireUnconfirmed } from './expireUnconfirmed.ts';
import { FrontDoorDigests } from './frontDoor.ts';
import { saveQueries } from './insights.ts';
import { watchMail } from './mailAlarms.ts';
import type { PagesStack } from './pagesStack.ts';
import { portalConfig, uploadPages } from './pageUpload.ts';
import type { FunctionParts } from './portalFunction.ts';
import { PortalStack } from './portalStack.ts';
import { RecordDelivery } from './recordDelivery.ts';
import { signInOf } from './signIn.ts';
import { watchSignIn } from './signInAlarms.ts';
import { watchWork } from './workAlarms.ts';

type ApplicationProps = {
  data: DataStack;
  pages: PagesStack;
  /** Folder with the functions' bundles. */
  bundles: string;
  /** Folder with the web pages. */
  built: string;
  /** The name of the code, in each line of log. */
  release: string;
};

/** The code: functions with their routes, schedules, alarms and dashboard, and the files of the pages. It can be deleted and made again. */
export class ApplicationStack extends PortalStack {
  constructor(app: App, environment: Environment, { data, pages, bundles, built, release }: ApplicationProps) {
    super(app, environment, 'application', 'functions, routes, schedules, alarms');
    const parts: FunctionParts = { environment, bundles, release, data, portalUrl: pages.portalUrl };
    const signIn = signInOf(environment, data.signIn, pages.client);
    const api = new PortalApi(this, 'Api', pages.api, environment);
    const { digests } = new FrontDoorDigests(this, 'FrontDoor', { secret: pages.frontDoor, environment });
    api.routeEndpoints(parts, { signIn: signIn.environment, frontDoorDigests: digests });
    const uploads = uploadPages(this, {
      folder: built,
      config: portalConfig(environment.program, signIn.oidc),
      environment,
    });
    // New pages call new routes.
    uploads.node.addDependency(api);
    new DeliverMail(this, parts);
    new RecordDelivery(this, parts);
    new ExpireUnconfirmed(this, parts);
    saveQueries(this, environment);
    this.#watch(environment, data, pages);
  }

  /** The alarms and the dashboard. */
  #watch(environment: Environment, data: DataStack, { api, client }: PagesStack): void {
    const alarms = new Alarms(this, 'Alarms', { environment, topic: data.alarms.topic });
    const userPoolId = data.signIn?.pool.userPoolId;
    const signIn = userPoolId && client ? { userPoolId, clientId: client.oidc.clientId } : undefined;
    watchApi(alarms, api);
    watchMail(alarms, data.undelivered);
    watchWork(alarms, data.table);
    if (signIn) watchSignIn(alarms, signIn);
    new PortalDashboard(this, 'Dashboard', { alarms, api, data, signIn });
  }
}
