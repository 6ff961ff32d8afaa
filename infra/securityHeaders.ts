import { Duration } from 'aws-cdk-lib';
import {
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** More than the year that browsers' HSTS preload lists require. */
const HSTS_DAYS = 730;

/** Headers of every answer: of a page, of a function, or of the gateway itself. */
const ALWAYS: ResponseSecurityHeadersBehavior = {
  contentTypeOptions: { override: true },
  strictTransportSecurity: {
    accessControlMaxAge: Duration.days(HSTS_DAYS),
    includeSubdomains: true,
    override: true,
  },
};

/** Browser features that no page uses. (The clipboard isn't among them: the portal copies links.) */
const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/** Headers of the API's answers. */
export class ApiHeaders extends ResponseHeadersPolicy {
  constructor(scope: Construct, id: string, responseHeadersPolicyName: string) {
    super(scope, id, { responseHeadersPolicyName, securityHeadersBehavior: ALWAYS });
  }
}

/** Headers of pages: a page loads only its own files, does only what its directives allow, and no site can frame it. */
export class PageHeaders extends ResponseHeadersPolicy {
  /** @param directives directives of the Content-Security-Policy for this page, beside those of every page */
  constructor(scope: Construct, id: string, responseHeadersPolicyName: string, directives: string) {
    const override = true;
    super(scope, id, {
      responseHeadersPolicyName,
      securityHeadersBehavior: {
        ...ALWAYS,
        contentSecurityPolicy: {
          contentSecurityPolicy: `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ${directives}`,
          override,
        },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      },
      customHeadersBehavior: {
        customHeaders: [
          {
            header: 'Permissions-Policy',
            value: UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
            override,
          },
        ],
      },
    });
  }
}
