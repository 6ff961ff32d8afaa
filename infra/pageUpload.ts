import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { PortalConfig } from '../portal/config.ts';
import type { Program } from '../shared/program/program.ts';
import type { PortalDistribution } from './distribution.ts';

/** How long browsers keep an asset. RFC 9111 sets no limit; a year is the usual value. */
const ASSET_DAYS = 365;

/** The bucket of the CDK's assets, as a finding of the checks names it. */
const BUNDLED = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';

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

/**
 * Uploads the pages and their `/config.json` to the bucket of a distribution.
 *
 * @param folder the folder that `buildPages` returns
 */
export function uploadPages(
  distribution: PortalDistribution,
  { folder, config, logGroup }: { folder: string; config: PortalConfig; logGroup: LogGroup },
): void {
  const built = new Asset(distribution, 'Built', { path: folder });
  const pages = Source.bucket(built.bucket, built.s3ObjectKey);
  const role = new UploaderRole(distribution, 'Uploader', { from: built.bucket, to: distribution.bucket, logGroup });
  const all = { destinationBucket: distribution.bucket, logGroup, role: role.withoutPolicyUpdates() };
  // Asset names change with their content. Assets of the last version stay for people who have that version open.
  const assets = new BucketDeployment(distribution, 'Assets', {
    ...all,
    sources: [pages],
    exclude: ['*'],
    include: ['assets/*'],
    prune: false,
    cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(ASSET_DAYS)), CacheControl.immutable()],
  });
  const rest = new BucketDeployment(distribution, 'Pages', {
    ...all,
    sources: [pages, Source.jsonData('config.json', config)],
    exclude: ['assets/*'],
    cacheControl: [CacheControl.noCache()],
  });
  // A page is uploaded after the assets that it names.
  rest.node.addDependency(assets);
  for (const uploader of Stack.of(distribution).node.children.filter(({ node }) =>
    /^Custom::CDKBucketDep/.test(node.id),
  ))
    Validations.of(uploader).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'The CDK chooses the runtime of its own function.',
    });
}

/**
 * The role of the CDK's uploader function, which runs only during a deployment. It has the permissions that `aws s3 sync` needs. By
 * default, the function could read and list everything that the account has ever deployed, and write to any log.
 */
class UploaderRole extends Role {
  constructor(
    scope: PortalDistribution,
    id: string,
    { from, to, logGroup }: { from: IBucket; to: IBucket; logGroup: LogGroup },
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
    const files = `<${Stack.of(this).getLogicalId(to.node.defaultChild as CfnBucket)}.Arn>`;
    Validations.of(this).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::${BUNDLED}/*]`,
        reason: 'The asset changes with each deployment. Its name is a hash, and the role can’t list the names.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::${files}/*]`,
        reason: 'The uploader uploads every object in this bucket.',
      },
    );
  }
}
