import type { App } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { Environment } from './environment.ts';
import { PortalStack } from './portalStack.ts';
import { DistributionWebAcl } from './webAcl.ts';

/** What CloudFront takes only from us-east-1: the web ACL, and the certificate of the portal's domain, unless the environment names one. */
export class EdgeStack extends PortalStack {
  readonly webAcl: DistributionWebAcl;
  /** `undefined` without a domain, and if the environment names the certificate. */
  readonly certificate: Certificate | undefined;

  constructor(app: App, environment: Environment) {
    super(app, environment, 'edge', 'what must be in us-east-1');
    const { domain, certificateArn } = environment;
    this.webAcl = new DistributionWebAcl(this, 'WebAcl', environment);
    if (domain !== undefined && certificateArn === undefined)
      // The deployment waits until the record that proves the domain is in its DNS. The stack's events show the record.
      this.certificate = new Certificate(this, 'Certificate', {
        domainName: domain,
        validation: CertificateValidation.fromDns(),
      });
  }
}
