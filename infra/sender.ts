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
 * The domain that mails come from, signed with DKIM, and with a MAIL FROM of its own, so that SPF is the domain's as well (DMARC).
 * The deployer makes its DNS records: the stack's outputs name them.
 */
export class Sender extends EmailIdentity {
  /** @param sender the program's sender: `Provider <no-reply@mail.provider.example>` */
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

/** How SES treats the mails of the stack. */
export class MailConfiguration extends ConfigurationSet {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      // The link in the mail is proof of the mailbox: it must not be readable on its way.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      // Nobody is tracked, even if the account's Virtual Deliverability Manager tracks: it would rewrite links and add a picture.
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
