/** The front door: the secret of the header by which functions know that a request came through the distribution. (ADR 23) */
import { CustomResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { acknowledgeLogStreams, logOf } from './logs.ts';
import { nameIn } from './names.ts';
import { allow } from './portalFunction.ts';
import { DIGESTS } from './rotation.ts';

/** A letter or digit has almost 6 bits: nobody guesses 64 of them. */
const VALUE_LENGTH = 64;
/** The first key of a new secret. */
const FIRST_KEY = 'k1';

/**
 * The values of the header by the names of their keys, as JSON: `{"k1": "…"}`. It belongs to the distribution, and can be made again together
 * with it.
 */
export class FrontDoorSecret extends Secret {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Values of the header that the distribution adds to requests, by key',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: FIRST_KEY,
        passwordLength: VALUE_LENGTH,
        excludePunctuation: true,
      },
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A rotation takes three deployments: a schedule would lock out everybody (docs/deploy.md).',
    });
  }

  /** The value of a key: CloudFormation reads it during a deployment, so that it is in no template. */
  headerValue(key: string): string {
    return this.secretValueFromJson(key).unsafeUnwrap();
  }
}

/**
 * Makes the digests of the keys, in JavaScript of Lambda. CloudFormation calls it when `Keys` changes. An error never has a part of the
 * secret in its text.
 */
const MAKE_DIGESTS = `const { createHash } = require('node:crypto');
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');

async function digestsOf({ Secret, Keys }) {
  const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: Secret }));
  let values;
  try {
    values = JSON.parse(SecretString);
  } catch {
    throw new Error('The secret of the front door must be JSON.');
  }
  return Keys.map((key) => {
    const value = values[key];
    if (typeof value !== 'string' || value.length < 32)
      throw new Error('The secret of the front door needs a value of 32 characters or more for the key ' + key + '.');
    return createHash('sha256').update(value).digest('hex');
  }).join();
}

exports.handler = async ({ RequestType, ResponseURL, ResourceProperties, StackId, RequestId, LogicalResourceId }) => {
  const about = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'digests' };
  const answer = async () =>
    RequestType === 'Delete' ? {} : { Data: { Digests: await digestsOf(ResourceProperties) } };
  const result = await answer().then(
    (data) => ({ Status: 'SUCCESS', ...data }),
    (error) => ({ Status: 'FAILED', Reason: error.message }),
  );
  // The signature of the address is for a request without a type.
  await fetch(ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify({ ...about, ...result }) });
};
`;

/**
 * The SHA-256 digests of the header's values, which functions get in their environment. So a request needs no call of AWS, and neither
 * templates nor functions have a value. A dynamic reference in each function wouldn't do: a template has at most 60 of them.
 */
export class FrontDoorDigests extends Construct {
  /** In the order of the keys, with commas between them. */
  readonly digests: string;

  constructor(
    scope: Construct,
    id: string,
    { secret, environment }: { secret: FrontDoorSecret; environment: Environment },
  ) {
    super(scope, id);
    const logGroup = logOf(this, environment, 'frontDoor');
    const policy = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    policy.addStatements(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    );
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { frontDoor: policy },
    });
    acknowledgeLogStreams(role, environment, 'frontDoor');
    // The name says that the function works only during a deployment, as the CDK's own do.
    const maker = new LambdaFunction(Stack.of(this), DIGESTS, {
      functionName: nameIn(environment, 'frontDoor'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(30),
      code: Code.fromInline(MAKE_DIGESTS),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
    });
    this.digests = new CustomResource(this, 'Digests', {
      resourceType: DIGESTS,
      serviceToken: maker.functionArn,
      properties: { Secret: secret.secretArn, Keys: environment.frontDoorKeys },
    }).getAttString('Digests');
  }
}
