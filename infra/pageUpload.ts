import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { PortalConfig } from '../portal/config.ts';
import type { Program } from '../shared/program/program.ts';
import type { PortalDistribution } from './distribution.ts';

/** As long as browsers take it (RFC 9111 knows no limit; a year is what everyone uses). */
const ASSET_DAYS = 365;

/** Where the CDK keeps what it has bundled, as a finding names it. */
const BUNDLED = 'arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>';

/** What the pages are told about the deployment: `/config.json`. */
export function portalConfig(program: Program, oidc: PortalConfig['oidc']): PortalConfig {
  const { brandName, defaultLanguage, defaultRole, statusLabels, providerApproval, allowedEmailDomains } = program;
  return { brandName, defaultLanguage, defaultRole, statusLabels, providerApproval, allowedEmailDomains, oidc };
}

/**
 * Uploads the pages, and what they are told about the deployment, to the bucket of a distribution.
 *
 * @param folder what `buildPages` has built
 */
export function uploadPages(
  distribution: PortalDistribution,
  { folder, config, logGroup }: { folder: string; config: PortalConfig; logGroup: LogGroup },
): void {
  const built = new Asset(distribution, 'Built', { path: folder });
  const pages = Source.bucket(built.bucket, built.s3ObjectKey);
  const role = new UploaderRole(distribution, 'Uploader', { from: built.bucket, to: distribution.bucket, logGroup });
  const all = { destinationBucket: distribution.bucket, logGroup, role: role.withoutPolicyUpdates() };
  // Their names change with their content. Those of the last version stay for whoever has it open.
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
  // A page is there once what it names is.
  rest.node.addDependency(assets);
  for (const uploader of Stack.of(distribution).node.children.filter(({ node }) =>
    /^Custom::CDKBucketDep/.test(node.id),
  ))
    Validations.of(uploader).acknowledge({
      id: 'AwsSolutions-L1',
      reason: 'Its runtime is the CDK’s choice, and changes with the CDK.',
    });
}

/**
 * Permissions of the CDK's own function that uploads, while the stack is deployed and never else: those that `aws s3 sync` needs. By
 * default, it could read and list all that the account has ever deployed, and write to any log.
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
        reason: 'What is bundled changes with each deployment. Its names are hashes, which the role can’t list.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::${files}/*]`,
        reason: 'Every object there is one that it uploads.',
      },
    );
  }
}
