import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
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

/** ARN of the identity that mails are sent from. */
export const senderIdentityArn = (scope: Construct, { program }: Environment): string =>
  Stack.of(scope).formatArn({ service: 'ses', resource: 'identity', resourceName: domainOf(program.sender) });

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
