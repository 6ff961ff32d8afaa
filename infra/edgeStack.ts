import type { App } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { Environment } from './environment.ts';
import { PortalStack } from './portalStack.ts';

/** What CloudFront takes only from us-east-1: the certificate of the portal's domain, unless the environment names one. */
export class EdgeStack extends PortalStack {
  readonly certificate: Certificate;

  constructor(app: App, environment: Environment) {
    super(app, environment, 'edge', 'what must be in us-east-1');
    const { domain = '' } = environment;
    // The deployment waits until the record that proves the domain is in its DNS. The stack's events show the record.
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: domain,
      validation: CertificateValidation.fromDns(),
    });
  }

  /** Whether an environment has something in us-east-1. */
  static isNeeded({ domain, certificateArn }: Environment): boolean {
    return domain !== undefined && certificateArn === undefined;
  }
}
