import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
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
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ENDPOINTS } from './endpoints.ts';
import { ApiHeaders, PageHeaders } from './securityHeaders.ts';
import type { Settings } from './settings.ts';
import { signInOrigins } from './signIn.ts';

/**
 * Errors that CloudFront would otherwise answer with for ten seconds to everyone who asks for the same path ("How CloudFront
 * processes HTTP 4xx and 5xx status codes"), whoever asked first: another partner's 404 would hide a customer from its own.
 */
const ERRORS_KEPT_BY_DEFAULT = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * Which page a request is for, as JavaScript of CloudFront Functions. The portal finds its pages by the address itself, and so
 * does the invitation page: what isn't a file is theirs. Files are in the root (`/config.json`) and under `/assets/`.
 */
const PAGE_OF_REQUEST = `function handler(event) {
  var request = event.request;
  if (/^\\/invite\\//.test(request.uri)) request.uri = '/invite/index.html';
  else if (!/^\\/(assets\\/|[^/]*\\.[^/]*$)/.test(request.uri)) request.uri = '/index.html';
  return request;
}
`;

/** The paths that lead to the API: by the first segment of each endpoint's, since a page has none of these names. */
const API_PATHS = [...new Set(ENDPOINTS.map(({ path }) => `/${path.split('/')[1]}/*`))];

/** The one origin that people's browsers see: the pages from a bucket, the API behind them. */
export class PortalDistribution extends Construct {
  /** `https://…`, where the distribution answers. */
  readonly url: string;
  /** The bucket of the pages. */
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, api: HttpApi, settings: Settings) {
    super(scope, id);
    const { portalUrl, certificateArn } = settings;
    // Without both, the portal is at a name of CloudFront's.
    const domain = portalUrl && certificateArn ? { name: new URL(portalUrl).hostname, certificateArn } : undefined;
    this.bucket = this.#makeBucket();
    const pages = this.#pages();
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Partner portal',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultRootObject: 'index.html',
      errorResponses: ERRORS_KEPT_BY_DEFAULT.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      defaultBehavior: {
        ...pages,
        responseHeadersPolicy: new PageHeaders(
          this,
          'PortalHeaders',
          `connect-src 'self' ${signInOrigins(settings).join(' ')}`,
        ),
      },
      additionalBehaviors: {
        '/invite/*': {
          ...pages,
          responseHeadersPolicy: new PageHeaders(
            this,
            'InviteHeaders',
            // Nor can a text become markup or script there.
            "connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
          ),
        },
        ...this.#apiBehaviors(api),
      },
      ...(domain && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
    });
    Validations.of(distribution).acknowledge(
      {
        id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
        reason: 'There is a default root object, and the function makes every other folder a page.',
      },
      { id: 'AwsSolutions-CFR1', reason: 'Which countries partners and customers are in is the deployer’s to say.' },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'The stage of the API throttles, every request is validated, and files have nothing to attack: a web ACL is the deployer’s choice.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'The API has an access log of its own, without what could name a person; CloudFront’s would hold addresses of people, and paths.',
      },
      ...(domain
        ? []
        : [
            {
              id: 'AwsSolutions-CFR4',
              reason:
                'Without a domain of the deployer’s, the certificate is CloudFront’s, and its policy as well. With one, it is TLS 1.2 or newer.',
            },
          ]),
    );
    this.url = `https://${distribution.distributionDomainName}`;
  }

  #makeBucket(): IBucket {
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // Nothing is lost with it: the next deployment uploads everything again.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the distribution reads it, and what it reads is public.',
    });
    // The CDK's own types don't know exactOptionalPropertyTypes.
    return bucket as IBucket;
  }

  #pages(): BehaviorOptions {
    return {
      // Allowed to list, S3 says 404 and not 403 of a file that isn't there.
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket, {
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // As long as each file's Cache-Control says; compressed.
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: new EdgeFunction(this, 'PageOfRequest', {
            runtime: FunctionRuntime.JS_2_0,
            code: FunctionCode.fromInline(PAGE_OF_REQUEST),
          }),
        },
      ],
    };
  }

  #apiBehaviors(api: HttpApi): Record<string, BehaviorOptions> {
    const behavior: BehaviorOptions = {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${api.stack.region}.${api.stack.urlSuffix}`, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      }),
      // A token that was sent without TLS is lost already: no redirect hides that.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      // Nor compressed: that would make ETags weak, which If-Match doesn't take (RFC 9110, 13.1.1).
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: new ApiHeaders(this, 'ApiHeaders'),
    };
    return Object.fromEntries(API_PATHS.map((path) => [path, behavior]));
  }
}
