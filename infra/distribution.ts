import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FRONT_DOOR_HEADER } from '../shared/http/frontDoor.ts';
import type { EdgeStack } from './edgeStack.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Environment } from './environment.ts';
import type { FrontDoorSecret } from './frontDoor.ts';
import { nameIn, pagesBucketName } from './names.ts';
import { ApiHeaders, PageHeaders } from './securityHeaders.ts';
import { signInOrigins } from './signIn.ts';

/**
 * Statuses that CloudFront caches for ten seconds by default ("How CloudFront processes HTTP 4xx and 5xx status codes"), for
 * every caller of the same path: a 404 for one partner would hide a customer from its own partner.
 */
const ERRORS_KEPT_BY_DEFAULT = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * Finds the page of a request, in JavaScript of CloudFront Functions. Every path that isn't a file leads to `index.html` of the
 * portal or of the invitation page, which read the path in the browser. Files are in the root (`/config.json`) and under `/assets/`.
 *
 * A damaged link to the invitation page leads there, too, such as `//invite/accept/…`, `/INVITE/ACCEPT/…` and `/invite%2Faccept%2F…`. The
 * portal would keep its address for the time after the sign-in.
 */
const PAGE_OF_REQUEST = `function handler(event) {
  var request = event.request;
  if (/^(\\/|%2f|%20)*invite(?![\\w.-])/i.test(request.uri)) request.uri = '/invite/index.html';
  else if (!/^\\/(assets\\/|[^/]*\\.[^/]*$)/.test(request.uri)) request.uri = '/index.html';
  return request;
}
`;

/** The path patterns of the API: the first segment of each endpoint's path. No page's path begins with one of these segments. */
const API_PATHS = [...new Set(ENDPOINTS.map(({ path }) => `/${path.split('/')[1]}/*`))];

type DistributionProps = {
  api: HttpApi;
  environment: Environment;
  /** The stack with the web ACL, and with the certificate if the environment names none. */
  edge: EdgeStack;
  frontDoor: FrontDoorSecret;
};

/** The one origin that browsers see: the pages from a bucket, and the API. */
export class PortalDistribution extends Construct {
  /** Origin of the distribution: `https://…`. */
  readonly url: string;
  readonly #bucket: IBucket;

  readonly #environment: Environment;

  constructor(scope: Construct, id: string, { api, environment, edge, frontDoor }: DistributionProps) {
    super(scope, id);
    this.#environment = environment;
    // Without a domain of its own, the portal has a domain name of CloudFront.
    const { domain } = environment;
    this.#bucket = this.#makeBucket();
    const pages = this.#pages();
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Partner portal',
      webAclId: edge.webAcl.attrArn,
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultRootObject: 'index.html',
      errorResponses: ERRORS_KEPT_BY_DEFAULT.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      defaultBehavior: {
        ...pages,
        responseHeadersPolicy: new PageHeaders(
          this,
          'PortalHeaders',
          nameIn(environment, 'pages'),
          `connect-src 'self' ${signInOrigins(environment).join(' ')}`,
        ),
      },
      additionalBehaviors: {
        '/invite/*': {
          ...pages,
          responseHeadersPolicy: new PageHeaders(
            this,
            'InviteHeaders',
            nameIn(environment, 'invite'),
            // Trusted Types: no text can become markup or script on this page.
            "connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
          ),
        },
        ...this.#apiBehaviors(api, frontDoor),
      },
      ...(domain && {
        domainNames: [domain],
        certificate: this.#certificate(edge),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    Validations.of(distribution).acknowledge(
      {
        id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
        reason: 'There is a default root object, and the function serves a page for every other folder.',
      },
      {
        id: 'AwsSolutions-CFR1',
        reason: 'The deployer knows the countries of partners and customers, and can restrict access to them.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'The API has its own access log, without data that could identify a person. CloudFront’s log would hold IP addresses and paths.',
      },
      ...(domain
        ? []
        : [
            {
              id: 'AwsSolutions-CFR4',
              reason:
                'Without a domain of the deployer, CloudFront uses its own certificate and TLS policy. With a domain, TLS is 1.2 or newer.',
            },
          ]),
    );
    this.url = `https://${distribution.distributionDomainName}`;
  }

  #certificate(edge: EdgeStack): ICertificate {
    const { certificateArn } = this.#environment;
    if (certificateArn !== undefined) return Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    if (!edge.certificate) throw new Error('The domain has no certificate');
    return edge.certificate;
  }

  #makeBucket(): IBucket {
    const bucket = new Bucket(this, 'Files', {
      bucketName: pagesBucketName(this.#environment),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // The files can be deleted: the next deployment uploads them again.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the distribution reads the bucket, and the files are public.',
    });
    // The CDK's types don't support exactOptionalPropertyTypes.
    return bucket as IBucket;
  }

  #pages(): BehaviorOptions {
    return {
      // With permission to list, S3 answers 404 instead of 403 for a missing file.
      origin: S3BucketOrigin.withOriginAccessControl(this.#bucket, {
        originAccessControl: new S3OriginAccessControl(this, 'AccessControl', {
          originAccessControlName: nameIn(this.#environment, 'pages'),
        }),
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // Keeps each file for as long as its Cache-Control says, and compresses it.
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: new EdgeFunction(this, 'PageOfRequest', {
            functionName: nameIn(this.#environment, 'pageOfRequest'),
            runtime: FunctionRuntime.JS_2_0,
            code: FunctionCode.fromInline(PAGE_OF_REQUEST),
          }),
        },
      ],
    };
  }

  #apiBehaviors(api: HttpApi, frontDoor: FrontDoorSecret): Record<string, BehaviorOptions> {
    const [sent = ''] = this.#environment.frontDoorKeys;
    const behavior: BehaviorOptions = {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${api.stack.region}.${api.stack.urlSuffix}`, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // It replaces a header of this name that a viewer sends. Functions refuse requests without it.
        customHeaders: { [FRONT_DOOR_HEADER]: frontDoor.headerValue(sent) },
      }),
      // No redirect from HTTP: it would hide that a token was already sent without TLS.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      // No compression either: it would make ETags weak, and If-Match accepts no weak ETag (RFC 9110, 13.1.1).
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: new ApiHeaders(this, 'ApiHeaders', nameIn(this.#environment, 'api')),
    };
    return Object.fromEntries(API_PATHS.map((path) => [path, behavior]));
  }
}
