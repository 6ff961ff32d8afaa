import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { PortalConfig } from '../portal/config.ts';
import type { Program } from '../shared/program/program.ts';
import type { Environment } from './environment.ts';
import { acknowledgeLogStreams, logOf } from './logs.ts';
import { pagesBucketName } from './names.ts';

/** How long browsers keep an asset. RFC 9111 sets no limit; a year is the usual value. */
const ASSET_DAYS = 365;

/** The content of `/config.json`: the fields of the program and the sign-in that the pages need. */
export function portalConfig(program: Program, oidc: PortalConfig['oidc']): PortalConfig {
  const { brandName, defaultLanguage, defaultRole, statusLabels, pageLabels, roleInForm, consoleUrls } = program;
  const { providerApproval, allowedEmailDomains, resellerServedCustomers } = program;
  return {
    brandName,
    defaultLanguage,
    defaultRole,
    statusLabels,
    pageLabels,
    roleInForm,
    consoleUrls,
    providerApproval,
    allowedEmailDomains,
    resellerServedCustomers,
    oidc,
  };
}

type Upload = {
  /** The folder that `buildPages` returns. */
  folder: string;
  /** The content of `/config.json`. */
  config: PortalConfig;
  environment: Environment;
};

/** Uploads the pages and their `/config.json` to the bucket of the distribution. Returns the construct that does so. */
export function uploadPages(scope: Construct, { folder, config, environment }: Upload): Construct {
  const uploads = new Construct(scope, 'Uploads');
  const logGroup = logOf(uploads, environment, 'upload');
  const bucket = Bucket.fromBucketName(uploads, 'Files', pagesBucketName(environment));
  const built = new Asset(uploads, 'Built', { path: folder });
  const pages = Source.bucket(built.bucket, built.s3ObjectKey);
  const role = new UploaderRole(uploads, 'Uploader', { from: built.bucket, to: bucket, logGroup, environment });
  const all = { destinationBucket: bucket, logGroup, role: role.withoutPolicyUpdates() };
  // Asset names change with their content. Assets of the last version stay for people who have that version open.
  const assets = new BucketDeployment(uploads, 'Assets', {
    ...all,
    sources: [pages],
    exclude: ['*'],
    include: ['assets/*'],
    prune: false,
    cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(ASSET_DAYS)), CacheControl.immutable()],
  });
  const rest = new BucketDeployment(uploads, 'Pages', {
    ...all,
    sources: [pages, Source.jsonData('config.json', config)],
    exclude: ['assets/*'],
    cacheControl: [CacheControl.noCache()],
  });
  // A page is uploaded after the assets that it names.
  rest.node.addDependency(assets);
  for (const uploader of Stack.of(uploads).node.children.filter(({ node }) => /^Custom::CDKBucketDep/.test(node.id)))
    Validations.of(uploader).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The CDK chooses the runtime of its own function.',
    });
  return uploads;
}

/**
 * The role of the CDK's uploader function, which runs only during a deployment. It has the permissions that `aws s3 sync` needs. By
 * default, the function could read and list everything that the account has ever deployed, and write to any log.
 */
class UploaderRole extends Role {
  constructor(
    scope: Construct,
    id: string,
    { from, to, logGroup, environment }: { from: IBucket; to: IBucket; logGroup: ILogGroup; environment: Environment },
  ) {
    const allow = (actions: string[], resource: string) => new PolicyStatement({ actions, resources: [resource] });
    super(scope, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        upload: new PolicyDocument({
          statements: [
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
            allow(['s3:GetObject'], from.arnForObjects('*')),
            allow(['s3:ListBucket'], to.bucketArn),
            allow(['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], to.arnForObjects('*')),
          ],
        }),
      },
    });
    const { account, region } = environment;
    Validations.of(this).acknowledge(
      {
        // The bucket of the CDK's assets.
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-${account}-${region}/*]`,
        reason: 'The asset changes with each deployment. Its name is a hash, and the role can’t list the names.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${to.bucketName}/*]`,
        reason: 'The uploader uploads every object in this bucket.',
      },
    );
    acknowledgeLogStreams(this, environment, 'upload');
  }
}
