/** Finds what a deployment would lose, before it begins: the template of a stack is compared with the deployed one. */
import { schemaOf } from './resourceSchemas.ts';

type Resource = {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: Record<string, unknown>;
};
/** The part of a template that is compared. */
export type ComparedTemplate = { Resources?: Record<string, Resource> };

/**
 * Types that a deployment may delete and replace: the next deployment makes the same again. Log groups of functions that are no more stay
 * in production, because of their deletion policy. Everything else is kept, also types that are new to the stacks.
 */
const MADE_AGAIN = [
  'AWS::CloudFront::Function',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::Cognito::UserPoolIdentityProvider',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::Function',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
  'Custom::S3AutoDeleteObjects',
];

const CLIENT = 'AWS::Cognito::UserPoolClient';

type Properties = Record<string, unknown>;

/** Changes that CloudFormation makes in place, and that lose data, or what protects it: the property, and whether `is` loses what `was` had. */
const LOST_IN_PLACE: Record<string, Record<string, (was: Properties, is: Properties) => boolean>> = {
  'AWS::DynamoDB::Table': {
    // Another attribute, or none, may delete items or keep them for ever.
    TimeToLiveSpecification: (was, is) =>
      was['TimeToLiveSpecification'] !== undefined && isOther(was, is, 'TimeToLiveSpecification'),
    PointInTimeRecoverySpecification: (was, is) => hasRecovery(was) && !hasRecovery(is),
    DeletionProtectionEnabled: (was, is) =>
      was['DeletionProtectionEnabled'] === true && is['DeletionProtectionEnabled'] !== true,
  },
  'AWS::Cognito::UserPool': {
    DeletionProtection: (was, is) => was['DeletionProtection'] === 'ACTIVE' && is['DeletionProtection'] !== 'ACTIVE',
  },
  'AWS::SecretsManager::Secret': {
    // Either makes another value, and links that were sent stop working.
    GenerateSecretString: (was, is) => isOther(was, is, 'GenerateSecretString'),
    SecretString: (was, is) => isOther(was, is, 'SecretString'),
  },
};

const isOther = (was: Properties, is: Properties, name: string): boolean =>
  JSON.stringify(was[name]) !== JSON.stringify(is[name]);
const hasRecovery = ({ PointInTimeRecoverySpecification: recovery }: Properties): boolean =>
  (recovery as { PointInTimeRecoveryEnabled?: boolean } | undefined)?.PointInTimeRecoveryEnabled === true;

/**
 * One sentence for each resource that the deployment of a stack would delete, replace, or stop to keep or to protect; none if
 * it keeps everything.
 *
 * @param before the deployed template
 * @param after the template to deploy
 */
export function losses(before: ComparedTemplate, after: ComparedTemplate): string[] {
  const next = after.Resources ?? {};
  return Object.entries(before.Resources ?? {})
    .filter(([, { Type }]) => !MADE_AGAIN.includes(Type))
    .flatMap(([id, was]) => {
      const reason = lossOf(was, next[id]);
      if (reason === undefined) return [];
      const name = was.Type === CLIENT ? was.Properties?.['ClientName'] : undefined;
      return typeof name === 'string' && next[id] === undefined
        ? [
            `The client of the service account "${name}" would be deleted, with the secret that its partner holds: name "${name}" in "serviceAccounts" again, or in "removedServiceAccounts".`,
          ]
        : [`${id} (${was.Type}) ${reason}.`];
    });
}

function lossOf(was: Resource, is: Resource | undefined): string | undefined {
  // The client of a removed service account, which can't sign in any more.
  const wasSwitchedOff = was.Type === CLIENT && isSwitchedOff(was);
  if (is === undefined) return wasSwitchedOff ? undefined : 'would be deleted';
  if (is.Type !== was.Type) return `would be replaced by another resource, of the type ${is.Type}`;
  const [changed] = immutableProperties(was.Type).filter(
    (property) => JSON.stringify(was.Properties?.[property]) !== JSON.stringify(is.Properties?.[property]),
  );
  if (changed !== undefined) return `would be replaced by an empty one, because its property ${changed} changes`;
  const [lost] = Object.entries(LOST_IN_PLACE[was.Type] ?? {})
    .filter(([, loses]) => loses(was.Properties ?? {}, is.Properties ?? {}))
    .map(([property]) => property);
  if (lost !== undefined) return `would lose data or its protection, because its property ${lost} changes`;
  if (was.UpdateReplacePolicy === 'Retain' && is.UpdateReplacePolicy !== 'Retain' && was.Type !== CLIENT)
    return 'would be deleted if an update replaces it, and is kept now';
  const isKept = keeps(is) || !keeps(was);
  const becomesSwitchedOff = is.Type === CLIENT && isSwitchedOff(is);
  return isKept || becomesSwitchedOff ? undefined : 'would be deleted together with its stack, and is kept now';
}

/** Whether a resource outlives its stack. */
const keeps = ({ DeletionPolicy }: Resource): boolean =>
  DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate';

/** Whether a client can't get tokens. */
const isSwitchedOff = ({ Properties = {} }: Resource): boolean =>
  Properties['AllowedOAuthFlowsUserPoolClient'] !== true;

/** The properties whose change replaces a resource ("createOnlyProperties" of CloudFormation's resource schemas). */
function immutableProperties(type: string): string[] {
  const found = schemaOf(type);
  if (!found) return [];
  return [
    ...Object.entries(found.properties)
      .filter(([, { causesReplacement = 'no' }]) => causesReplacement !== 'no')
      .map(([name]) => name),
    ...(found.additionalReplacementProperties ?? []).map(([name = '']) => name),
  ];
}
