import { type App, CfnOutput } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { DataStack } from './dataStack.ts';
import { PortalDistribution } from './distribution.ts';
import type { EdgeStack } from './edgeStack.ts';
import type { Environment } from './environment.ts';
import { FrontDoorSecret } from './frontDoor.ts';
import { prefixOf } from './names.ts';
import { PortalStack } from './portalStack.ts';
import { PortalClient } from './userPool.ts';

/**
 * The address of the portal, and what is found under it: the distribution with the bucket of the pages, the API without its routes, and
 * the portal as a client of the user pool, which returns to this address; and the secret by which functions know the distribution. So the address stays when the application is made again.
 */
export class PagesStack extends PortalStack {
  readonly api: HttpApi;
  readonly distribution: PortalDistribution;
  readonly frontDoor: FrontDoorSecret;
  /** Origin of the portal. */
  readonly portalUrl: string;
  /** The portal as a client of the user pool; `undefined` if the environment has an issuer of its own. */
  readonly client: PortalClient | undefined;

  constructor(app: App, environment: Environment, { data, edge }: { data: DataStack; edge: EdgeStack }) {
    super(app, environment, 'pages', 'distribution, address of the API');
    this.api = new HttpApi(this, 'Api', { apiName: prefixOf(environment), createDefaultStage: false });
    this.frontDoor = new FrontDoorSecret(this, 'FrontDoor');
    this.distribution = new PortalDistribution(this, 'Portal', {
      ...{ api: this.api, environment, edge },
      frontDoor: this.frontDoor,
    });
    this.portalUrl = environment.domain === undefined ? this.distribution.url : `https://${environment.domain}`;
    this.client =
      data.signIn && new PortalClient(this, 'SignIn', { pool: data.signIn, portalUrl: this.portalUrl, environment });

    new CfnOutput(this, 'ApiUrl', { value: this.api.apiEndpoint });
    new CfnOutput(this, 'PortalUrl', { value: this.portalUrl });
    new CfnOutput(this, 'DistributionUrl', { value: this.distribution.url });
    new CfnOutput(this, 'FrontDoorSecretArn', { value: this.frontDoor.secretArn });
  }
}
