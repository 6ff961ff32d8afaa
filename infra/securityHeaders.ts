import { Duration } from 'aws-cdk-lib';
import {
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** What the lists of browsers that preload HSTS ask for, and more. */
const HSTS_DAYS = 730;

/** Headers of every answer, whoever gives it: a page, a function, or the gateway of its own. */
const ALWAYS: ResponseSecurityHeadersBehavior = {
  contentTypeOptions: { override: true },
  strictTransportSecurity: {
    accessControlMaxAge: Duration.days(HSTS_DAYS),
    includeSubdomains: true,
    override: true,
  },
};

/** What browsers let pages do and these pages don't. (They do copy a link to the clipboard.) */
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
  constructor(scope: Construct, id: string) {
    super(scope, id, { securityHeadersBehavior: ALWAYS });
  }
}

/** Headers of pages: they load their own files, do what their directives allow, and are framed by nobody. */
export class PageHeaders extends ResponseHeadersPolicy {
  /** @param directives the part of the Content-Security-Policy in which pages differ */
  constructor(scope: Construct, id: string, directives: string) {
    const override = true;
    super(scope, id, {
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
