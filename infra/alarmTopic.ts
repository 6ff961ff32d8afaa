import { Aws, CfnOutput } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { removalPolicyOf } from './retention.ts';

/**
 * The topic of the alarms, with the environment's address as its subscriber. It is data: the address has to confirm its subscription by
 * hand, so that an application that is made again must find it as it was.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { alarmAddress, stage }: Environment) {
    super(scope, id);
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    // The key that AWS manages for SNS doesn't let CloudWatch publish ("Encrypting messages published to Amazon SNS").
    const key = new Key(this, 'Key', {
      description: 'Messages of the alarms of the partner portal',
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(stage),
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Partner portal alarms',
      enforceSSL: true,
      masterKey: key,
    });
    this.topic.applyRemovalPolicy(removalPolicyOf(stage));
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [cloudWatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: ofThisAccount,
      }),
    );
    if (alarmAddress !== undefined)
      new Subscription(this, 'Address', {
        topic: this.topic,
        protocol: SubscriptionProtocol.EMAIL,
        endpoint: alarmAddress,
      });
    new CfnOutput(scope, 'AlarmTopicArn', { value: this.topic.topicArn });
  }
}
