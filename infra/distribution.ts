import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
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
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { PortalConfig } from '../portal/config.ts';
import { ENDPOINTS } from './endpoints.ts';

/** As long as browsers take it (RFC 9111 knows no limit; a year is what everyone uses). */
const ASSET_DAYS = 365;
/** What the lists of browsers that preload HSTS ask for, and more. */
const HSTS_DAYS = 730;

/** Headers of every answer, whoever gives it: a page, a function, or the gateway of its own. */
const ALWAYS: ResponseSecurityHeadersBehavior = {
  contentTypeOptions: { override: true },
  strictTransportSecurity: {
    accessControlMaxAge: Duration.days(HSTS_DAYS),
    includeSubdomains: true,
    override: true,
  },
};

/** What browsers let pages do and these pages don't. (They do copy a link to the clipboard.) */
const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

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

/** Where the CDK keeps what it has bundled, as a finding names it. */
const BUNDLED = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';

type PortalDistributionProps = {
  api: HttpApi;
  /** The portal's domain and the ARN of its certificate; without them it is at a name of CloudFront's. */
  domain: { name: string; certificateArn: string } | undefined;
  /** The origins that the portal signs in at. */
  signInOrigins: readonly string[];
};

/** The one origin that people's browsers see: the pages from a bucket, the API behind them. */
export class PortalDistribution extends Construct {
  /** `https://…`, where the distribution answers. */
  readonly url: string;
  readonly #bucket: IBucket;

  constructor(scope: Construct, id: string, { api, domain, signInOrigins }: PortalDistributionProps) {
    super(scope, id);
    this.#bucket = this.#makeBucket();
    const pages = this.#pages();
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Partner portal',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultRootObject: 'index.html',
      errorResponses: ERRORS_KEPT_BY_DEFAULT.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      defaultBehavior: {
        ...pages,
        responseHeadersPolicy: this.#pageHeaders('PortalHeaders', `connect-src 'self' ${signInOrigins.join(' ')}`),
      },
      additionalBehaviors: {
        '/invite/*': {
          ...pages,
          responseHeadersPolicy: this.#pageHeaders(
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

  /**
   * Uploads the pages and what they are told about this deployment.
   *
   * @param folder what `buildPages` has built
   */
  upload(folder: string, config: PortalConfig, logGroup: LogGroup): void {
    const built = new Asset(this, 'Built', { path: folder });
    const pages = Source.bucket(built.bucket, built.s3ObjectKey);
    const all = { destinationBucket: this.#bucket, logGroup, role: this.#uploaderRole(built.bucket, logGroup) };
    // Their names change with their content. Those of the last version stay for whoever has it open.
    const assets = new BucketDeployment(this, 'Assets', {
      ...all,
      sources: [pages],
      exclude: ['*'],
      include: ['assets/*'],
      prune: false,
      cacheControl: [
        CacheControl.setPublic(),
        CacheControl.maxAge(Duration.days(ASSET_DAYS)),
        CacheControl.immutable(),
      ],
    });
    const rest = new BucketDeployment(this, 'Pages', {
      ...all,
      sources: [pages, Source.jsonData('config.json', config)],
      exclude: ['assets/*'],
      cacheControl: [CacheControl.noCache()],
    });
    // A page is there once what it names is.
    rest.node.addDependency(assets);
    for (const uploader of Stack.of(this).node.children.filter(({ node }) => /^Custom::CDKBucketDep/.test(node.id)))
      Validations.of(uploader).acknowledge({
        id: 'AwsSolutions-L1',
        reason: 'Its runtime is the CDK’s choice, and changes with the CDK.',
      });
  }

  /**
   * What the CDK's own function may do that uploads, while the stack is deployed and never else: what `aws s3 sync` needs. Of its own it
   * would read and list all that the account has ever deployed, and write to any log.
   */
  #uploaderRole(bundles: IBucket, logGroup: LogGroup): IRole {
    const allow = (actions: string[], resource: string) => new PolicyStatement({ actions, resources: [resource] });
    const role = new Role(this, 'Uploader', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        upload: new PolicyDocument({
          statements: [
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
            allow(['s3:GetObject'], bundles.arnForObjects('*')),
            allow(['s3:ListBucket'], this.#bucket.bucketArn),
            allow(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], this.#bucket.arnForObjects('*')),
          ],
        }),
      },
    });
    const files = `<${Stack.of(this).getLogicalId(this.#bucket.node.defaultChild as CfnBucket)}.Arn>`;
    Validations.of(role).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::${BUNDLED}/*]`,
        reason: 'What is bundled changes with each deployment. Its names are hashes, which the role can’t list.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::${files}/*]`,
        reason: 'Every object there is one that it uploads.',
      },
    );
    return role.withoutPolicyUpdates();
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
      origin: S3BucketOrigin.withOriginAccessControl(this.#bucket, {
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
      responseHeadersPolicy: new ResponseHeadersPolicy(this, 'ApiHeaders', { securityHeadersBehavior: ALWAYS }),
    };
    return Object.fromEntries(API_PATHS.map((path) => [path, behavior]));
  }

  /** Headers of pages: they load their own files, do what their directives allow, and are framed by nobody. */
  #pageHeaders(id: string, directives: string): ResponseHeadersPolicy {
    const override = true;
    return new ResponseHeadersPolicy(this, id, {
      securityHeadersBehavior: {
        ...ALWAYS,
        contentSecurityPolicy: {
          contentSecurityPolicy: `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ${directives}`,
          override,
        },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      },
      customHeadersBehavior: {
        customHeaders: [
          {
            header: 'Permissions-Policy',
            value: UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
            override,
          },
        ],
      },
    });
  }
}
