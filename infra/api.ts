import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { ENDPOINTS, routeOf } from './endpoints.ts';
import { type FunctionName, PERMISSIONS } from './permissions.ts';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';
import { PortalLog } from './retention.ts';
import type { Settings } from './settings.ts';

/** People don't wait longer for an answer. DynamoDB answers within milliseconds, even after a few conflicts. */
const TIMEOUT_SECONDS = 10;

/**
 * A partner program has some hundreds of people at work at the same time, and this is plenty for them. The limit stops a client that
 * runs wild before it takes all of the 1,000 functions that an account may run at once. (No function reserves concurrency: a new
 * account has so little that the deployment would fail.)
 */
const REQUESTS_PER_SECOND = 100;
const REQUEST_BURST = 200;

/** The HTTP API, with its limits and its access log. */
export class PortalApi extends HttpApi {
  constructor(scope: Construct, id: string, stage: Settings['stage']) {
    super(scope, id, { apiName: 'PartnerPortal', createDefaultStage: false });
    new HttpStage(scope, 'Stage', {
      httpApi: this,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: REQUEST_BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new PortalLog(scope, 'AccessLog', stage)),
        // The route instead of the path, which may contain an email address; no query string, no headers.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            latencyMs: '$context.responseLatency',
            functionMs: '$context.integrationLatency',
            error: '$context.error.message',
          }),
        ),
      },
    });
  }

  /**
   * Makes the function and the routes of each endpoint of the contract.
   *
   * @param signIn environment variables for the functions that verify access tokens
   * @throws Error if `permissions.ts` has no entry for a function of the contract
   */
  routeEndpoints(parts: FunctionParts, signIn: Record<string, string>): void {
    for (const [name, endpoints] of Map.groupBy(ENDPOINTS, (endpoint) => endpoint.function)) {
      if (!isFunctionName(name)) throw new Error(`infra/permissions.ts does not say what ${name} may do`);
      const isForSignedIn = endpoints.some(({ access }) => access !== 'linkHolder');
      const target = new PortalFunction(this.stack, name, parts, {
        timeoutSeconds: TIMEOUT_SECONDS,
        ...(isForSignedIn && { environment: signIn }),
      });
      const integration = new HttpLambdaIntegration(`${name}Integration`, target);
      const routes = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${routeOf(endpoint)}`, endpoint]));
      for (const endpoint of routes.values())
        for (const route of this.addRoutes({
          methods: [HttpMethod[endpoint.method]],
          path: routeOf(endpoint),
          integration,
        }))
          Validations.of(route).acknowledge({
            id: 'AwsSolutions-APIG4',
            reason:
              endpoint.access === 'linkHolder'
                ? 'The holder of the emailed link may call it: the function verifies the token in the body.'
                : "The function verifies the access token: the gateway's own authorizer accepts a fixed list of clients, so that each service account would need a deployment.",
          });
    }
  }
}

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(PERMISSIONS, name);
