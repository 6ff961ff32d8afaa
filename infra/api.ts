import { Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  type HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { ENDPOINTS, isLimitedByPartner, routeOf } from './endpoints.ts';
import type { Environment } from './environment.ts';
import { API_REQUESTS_PER_SECOND } from './environmentSchema.ts';
import { logOf } from './logs.ts';
import { type FunctionName, PERMISSIONS } from './permissions.ts';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';

/** People don't wait longer for an answer. DynamoDB answers within milliseconds, even after a few conflicts. */
const TIMEOUT_SECONDS = 10;

/**
 * The limit of the routes for people and programs that sign in. A request that a function refuses (a bad token, a partner above its limit)
 * takes a token here, too, but only some milliseconds of a function. So this limit (400 a second, `environmentSchema.ts`) is 16 times the default of
 * `partnerRequestsPerSecond`: a partner's program that ignores its refusals for a while leaves room for the others, unless it sends
 * hundreds of requests a second. A burst starts at most 400 of the 1,000 functions that an
 * account may run at once. (No function reserves concurrency: a new account has so little that the deployment would fail.)
 *
 * AWS doesn't say whether these routes share one bucket of tokens, or whether each has its own. For REST APIs, the limits of a stage "are
 * applied at the API method level" ("Throttle requests to your REST APIs"). The numbers hold for a shared bucket, the stricter of the two.
 *
 * A flood of requests from one client, with or without a token, is for the web ACL, which limits by address: this limit knows no clients.
 */
const REQUEST_BURST = API_REQUESTS_PER_SECOND;

/**
 * The limit of each route for holders of an emailed link, who don't sign in. SES lets 14 mails leave in a second by default. If every
 * recipient opened the link at once, and a scanner of the mail server did so before, these would be 28 requests a second. Such a request
 * takes some 20 ms (one read, one MAC): this limit keeps one function busy.
 *
 * The settings of a route replace those of the stage ("Throttling requests to your HTTP API": "override"). So these requests take no
 * token of the other routes.
 */
const ANONYMOUS_REQUESTS_PER_SECOND = 30;
const ANONYMOUS_REQUEST_BURST = 60;

/** The routes of the HTTP API with their functions, its limits and its access log. */
export class PortalApi extends Construct {
  readonly #api: HttpApi;
  readonly #stage: HttpStage;

  constructor(scope: Construct, id: string, api: HttpApi, environment: Environment) {
    super(scope, id);
    this.#api = api;
    this.#stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: API_REQUESTS_PER_SECOND, burstLimit: REQUEST_BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logOf(this, environment, 'api')),
        // The route instead of the path, which may contain an email address; no query string, no headers. The source is an edge of
        // CloudFront, whose function's line has the viewer, or the address of a program that goes past the distribution.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            latencyMs: '$context.responseLatency',
            functionMs: '$context.integrationLatency',
            functionStatus: '$context.integration.integrationStatus',
            invocationId: '$context.integration.requestId',
            source: '$context.identity.sourceIp',
            error: '$context.error.message',
            functionError: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
  }

  /**
   * Makes the function and the routes of each endpoint of the contract. To be called once.
   *
   * @param signIn environment variables for the functions that verify access tokens
   * @param frontDoorDigests the digests of the header's values that functions take
   * @throws Error if `permissions.ts` has no entry for a function of the contract
   */
  routeEndpoints(
    parts: FunctionParts,
    { signIn, frontDoorDigests }: { signIn: Record<string, string>; frontDoorDigests: string },
  ): void {
    const anonymous = new Map<string, HttpRoute>();
    for (const [name, endpoints] of Map.groupBy(ENDPOINTS, (endpoint) => endpoint.function)) {
      if (!isFunctionName(name)) throw new Error(`infra/permissions.ts does not say what ${name} may do`);
      const isForSignedIn = endpoints.some(({ access }) => access !== 'linkHolder');
      const target = new PortalFunction(Stack.of(this), name, parts, {
        timeoutSeconds: TIMEOUT_SECONDS,
        environment: {
          FRONT_DOOR_DIGESTS: frontDoorDigests,
          ...(isForSignedIn && signIn),
        },
        countsRequests: endpoints.some(isLimitedByPartner),
      });
      const integration = new HttpLambdaIntegration(`${name}Integration`, target);
      const routes = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${routeOf(endpoint)}`, endpoint]));
      for (const [routeKey, endpoint] of routes) {
        const route = new HttpRoute(this, routeKey.replaceAll('/', '|'), {
          httpApi: this.#api,
          routeKey: HttpRouteKey.with(routeOf(endpoint), HttpMethod[endpoint.method]),
          integration,
        });
        if (endpoint.access === 'linkHolder') anonymous.set(routeKey, route);
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            endpoint.access === 'linkHolder'
              ? 'The holder of the emailed link may call it: the function verifies the token in the body.'
              : "The function verifies the access token: the gateway's own authorizer accepts a fixed list of clients, so that each service account would need a deployment.",
        });
      }
    }
    this.#limit(anonymous);
  }

  /** Gives each of the routes, by route key, the limit of routes without sign-in. */
  #limit(routes: Map<string, HttpRoute>): void {
    const settings = {
      ThrottlingRateLimit: ANONYMOUS_REQUESTS_PER_SECOND,
      ThrottlingBurstLimit: ANONYMOUS_REQUEST_BURST,
    };
    const stage = this.#stage.node.defaultChild as CfnStage;
    stage.routeSettings = Object.fromEntries([...routes.keys()].map((routeKey) => [routeKey, settings]));
    // API Gateway refuses settings of a route that does not exist yet ("Unable to find Route by key").
    stage.node.addDependency(...routes.values());
  }
}

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(PERMISSIONS, name);
