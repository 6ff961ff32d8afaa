import { Aws, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  DkimIdentity,
  EasyDkimSigningKeyLength,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { domainOf, type Environment } from './environment.ts';
import { nameIn } from './names.ts';
import { removalPolicyOf } from './retention.ts';

/**
 * The domain of the sender, with DKIM signatures and its own MAIL FROM domain, so that SPF aligns with the sender's domain (DMARC).
 * The deployer creates the DNS records that the outputs list. SES has one identity of a domain in each account and region: an
 * environment with `"senderIdentity": "shared"` uses that of another environment.
 */
export function makeSenderIdentity(scope: Construct, { program, stage }: Environment): EmailIdentity {
  const domain = domainOf(program.sender);
  const identity = new EmailIdentity(scope, 'Sender', {
    identity: Identity.domain(domain),
    dkimIdentity: DkimIdentity.easyDkim(EasyDkimSigningKeyLength.RSA_2048_BIT),
    mailFromDomain: `mail.${domain}`,
  });
  identity.applyRemovalPolicy(removalPolicyOf(stage));
  for (const [i, { name, value }] of identity.dkimRecords.entries())
    new CfnOutput(scope, `SenderDkim${i + 1}`, { value: `${name} CNAME ${value}` });
  new CfnOutput(scope, 'SenderMailFrom', {
    value: `mail.${domain} MX 10 feedback-smtp.${Aws.REGION}.amazonses.com, TXT "v=spf1 include:amazonses.com ~all"`,
  });
  return identity;
}

/**
 * The statements that let a role send mails of the sender with the configuration set. In the sandbox of SES, IAM checks the identity of the
 * recipient, too. The addresses that a developer has verified are unknown here, so outside production all identities are allowed, but only
 * for mails of the sender.
 */
export function sendMailStatements(scope: Construct, environment: Environment, setArn: string): PolicyStatement[] {
  const { stage, program } = environment;
  const identity = (resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ses', resource: 'identity', resourceName });
  const actions = ['ses:SendRawEmail'];
  const statement = new PolicyStatement({ actions, resources: [identity(domainOf(program.sender)), setArn] });
  if (stage === 'production') return [statement];
  const toRecipients = new PolicyStatement({
    actions,
    resources: [identity('*')],
    conditions: { StringEquals: { 'ses:FromAddress': addressOf(program.sender) } },
  });
  return [statement, toRecipients];
}

/** The address of a mailbox: `partners@cloud.example` of `Partner portal <partners@cloud.example>`. */
const addressOf = (mailbox: string): string => /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox;

/** Says to the checks why a role that sends mails has a wildcard outside production. */
export function acknowledgeRecipients(role: Construct, { stage, region, account }: Environment): void {
  if (stage === 'production') return;
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:${region}:${account}:identity/*]`,
    reason: 'In the sandbox of SES, the recipient is an identity, too. The condition allows mails of the sender alone.',
  });
}

/** The settings that all mails have. */
const FOR_ALL_MAILS = {
  // The link or the code in a mail proves access to the mailbox, so nobody may read the mail in transit.
  tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
  reputationMetrics: true,
  suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  // Nobody is tracked, even if the account's Virtual Deliverability Manager is on: it would rewrite links and add a picture.
  vdmOptions: { engagementMetrics: false },
};

/**
 * The settings of SES for the mails that Cognito sends. They are not those of the other mails: `recordDelivery` gets the reports on those, and
 * knows nothing of these.
 */
export const signInMailConfiguration = (scope: Construct, id: string, environment: Environment): ConfigurationSet =>
  new ConfigurationSet(scope, id, {
    configurationSetName: nameIn(environment, 'signInMail'),
    ...FOR_ALL_MAILS,
  });

/** The settings of SES for the mails of the stack. */
export class MailConfiguration extends ConfigurationSet {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, {
      configurationSetName: nameIn(environment, 'mail'),
      ...FOR_ALL_MAILS,
    });
    const { DELIVERY, BOUNCE, COMPLAINT, DELIVERY_DELAY, REJECT, SEND } = EmailSendingEvent;
    this.addEventDestination('Reports', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(scope, 'DefaultBus', 'default')),
      // No OPEN and no CLICK: nobody is tracked.
      events: [SEND, DELIVERY, BOUNCE, COMPLAINT, DELIVERY_DELAY, REJECT],
    });
  }

  get arn(): string {
    return this.stack.formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSetName,
    });
  }
}
