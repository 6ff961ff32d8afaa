import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { removalPolicyOf } from './retention.ts';

/** A letter or digit has almost 6 bits, so that the key has more than the 256 bits that HMAC-SHA-256 can use. */
const KEY_LENGTH = 64;

/**
 * The keys of the emailed links, as JSON: `{"current": "k1", "k1": "…"}`. To rotate, add `k2` and make it current. Older links
 * work for as long as `k1` stays.
 */
export class InviteKey extends Secret {
  constructor(scope: Construct, id: string, stage: Environment['stage']) {
    super(scope, id, {
      description: 'Keys of the emailed invitation links, by key id',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: 'k1' }),
        generateStringKey: 'k1',
        passwordLength: KEY_LENGTH,
        excludePunctuation: true,
      },
      removalPolicy: removalPolicyOf(stage),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The deployer rotates by adding a key and making it current: a schedule cannot know how long the sent links must work.',
    });
  }
}
