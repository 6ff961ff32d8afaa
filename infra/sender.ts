import { Aws, CfnOutput } from 'aws-cdk-lib';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  DkimIdentity,
  EasyDkimSigningKeyLength,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';

/**
 * The domain of the sender, with DKIM signatures and its own MAIL FROM domain, so that SPF aligns with the sender's domain (DMARC).
 * The deployer creates the DNS records that the stack's outputs list.
 */
export class Sender extends EmailIdentity {
  /** @param sender the program's sender, such as `Provider <no-reply@mail.provider.example>` */
  constructor(scope: Construct, id: string, sender: string) {
    const domain = sender.slice(sender.lastIndexOf('@') + 1).replace(/>\s*$/, '');
    super(scope, id, {
      identity: Identity.domain(domain),
      dkimIdentity: DkimIdentity.easyDkim(EasyDkimSigningKeyLength.RSA_2048_BIT),
      mailFromDomain: `mail.${domain}`,
    });
    for (const [i, { name, value }] of this.dkimRecords.entries())
      new CfnOutput(scope, `SenderDkim${i + 1}`, { value: `${name} CNAME ${value}` });
    new CfnOutput(scope, 'SenderMailFrom', {
      value: `mail.${domain} MX 10 feedback-smtp.${Aws.REGION}.amazonses.com, TXT "v=spf1 include:amazonses.com ~all"`,
    });
  }
}

/** The settings of SES for the mails of the stack. */
export class MailConfiguration extends ConfigurationSet {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      // The link in a mail proves access to the mailbox, so nobody may read the mail in transit.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      // Nobody is tracked, even if the account's Virtual Deliverability Manager is on: it would rewrite links and add a picture.
      vdmOptions: { engagementMetrics: false },
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
