/** The web ACLs: they limit requests by address, and refuse known attacks. ADR 23 says which rules, and why not more. */
import { CfnIPSet, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { ENDPOINTS } from './endpoints.ts';
import type { Environment } from './environment.ts';
import { nameIn } from './names.ts';

/** The time over which the requests of an address are counted. */
const WINDOW_SECONDS = 300;

/**
 * The limit of an address, as a multiple of a partner's limit. The programs of a partner may send all of their requests from one address, and
 * the partner's staff loads pages beside them. With the default of 25 requests a second, an address has 37.5 of the API's 400.
 */
const PARTNER_LIMITS_PER_ADDRESS = 1.5;

/**
 * Requests of an address on the routes without sign-in, in five minutes. Opening a link and answering takes two. Customers behind one
 * address, such as the staff of a company, are few at a time.
 */
const ANONYMOUS_REQUESTS = 150;

/** Requests of an address to the pool, in five minutes. A sign-in takes some ten, so that 100 people of an office can sign in at once. */
const SIGN_IN_REQUESTS = 1000;
/** Requests of an address that let the pool send a mail, or try a code, in five minutes. */
const SIGN_UP_REQUESTS = 50;

/**
 * The operations of the pool's API that a browser or any program may call, and that let the pool send a mail, or try a code. With the scope
 * `aws.cognito.signin.user.admin`, everybody who is signed in may call those for attributes.
 */
const MAIL_OR_CODE_OPERATIONS = [
  'SignUp',
  'ConfirmSignUp',
  'ResendConfirmationCode',
  'ForgotPassword',
  'ConfirmForgotPassword',
  'UpdateUserAttributes',
  'GetUserAttributeVerificationCode',
  'VerifyUserAttribute',
];

/** What programs of the API send, and the common rules would refuse: their names in the rule group. ADR 23 has a reason for each. */
const COUNTED_RULES = [
  'SizeRestrictions_BODY',
  'SizeRestrictions_QUERYSTRING',
  'NoUserAgent_HEADER',
  'CrossSiteScripting_BODY',
  'CrossSiteScripting_QUERYARGUMENTS',
  'GenericLFI_BODY',
  'GenericLFI_QUERYARGUMENTS',
  'GenericRFI_BODY',
  'GenericRFI_QUERYARGUMENTS',
  'EC2MetaDataSSRF_BODY',
  'EC2MetaDataSSRF_QUERYARGUMENTS',
];

/** The web ACL of the distribution. It is in us-east-1, as CloudFront requires. */
export class DistributionWebAcl extends CfnWebACL {
  constructor(scope: Construct, id: string, environment: Environment) {
    const anonymous = ENDPOINTS.filter(({ access }) => access === 'linkHolder').map(({ path }) => path);
    super(scope, id, {
      ...webAcl(environment, 'front-door', [
        ...blocked(scope, environment, 'CLOUDFRONT'),
        perAddress('anonymous', ANONYMOUS_REQUESTS, anyOf(anonymous.map((path) => isPath(path, 'EXACTLY')))),
        perAddress(
          'all',
          Math.ceil(environment.partnerRequestsPerSecond * PARTNER_LIMITS_PER_ADDRESS * WINDOW_SECONDS),
        ),
        managed('AWSManagedRulesAmazonIpReputationList'),
        managed('AWSManagedRulesKnownBadInputsRuleSet'),
        managed('AWSManagedRulesCommonRuleSet', COUNTED_RULES),
      ]),
      scope: 'CLOUDFRONT',
    });
  }
}

/** The web ACL of the user pool, because requests to the pool don't pass the distribution. */
export class SignInWebAcl extends CfnWebACL {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, {
      ...webAcl(environment, 'sign-in', [
        ...blocked(scope, environment, 'REGIONAL'),
        perAddress(
          'sign-up',
          SIGN_UP_REQUESTS,
          anyOf([
            ...['/signup', '/confirm', '/resendcode', '/forgotpassword'].map((path) => isPath(path, 'STARTS_WITH')),
            ...MAIL_OR_CODE_OPERATIONS.map(isOperation),
          ]),
        ),
        perAddress('all', SIGN_IN_REQUESTS),
        managed('AWSManagedRulesAmazonIpReputationList'),
      ]),
      scope: 'REGIONAL',
    });
  }
}

type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;
type Statement = CfnWebACL.StatementProperty;

/** The properties of a web ACL that lets in what no rule stops. The first rule that stops a request decides. */
function webAcl(environment: Environment, what: string, rules: Rule[]) {
  const name = nameIn(environment, what);
  const metrics = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
    cloudWatchMetricsEnabled: true,
    metricName,
    // Samples would show access tokens, and paths with the tokens of damaged links.
    sampledRequestsEnabled: false,
  });
  return {
    name,
    defaultAction: { allow: {} },
    rules: rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: metrics(rule.name) })),
    // CloudWatch knows the web ACLs of an account in a region by these names alone.
    visibilityConfig: metrics(name),
    // The answer of the gateway to too many requests.
    customResponseBodies: {
      tooMany: { contentType: 'APPLICATION_JSON', content: JSON.stringify({ message: 'Too Many Requests' }) },
    },
  };
}

/** Refuses the addresses that the environment blocks. A set has addresses of one version. */
function blocked(scope: Construct, { blockedAddresses }: Environment, scopeOfSet: 'CLOUDFRONT' | 'REGIONAL'): Rule[] {
  return (['IPV4', 'IPV6'] as const).flatMap((version) => {
    const addresses = blockedAddresses.filter((address) => address.includes(':') === (version === 'IPV6'));
    if (addresses.length === 0) return [];
    const single = version === 'IPV6' ? '/128' : '/32';
    const set = new CfnIPSet(scope, `Blocked-${version}`, {
      addresses: addresses.map((address) => (address.includes('/') ? address : address + single)),
      ipAddressVersion: version,
      scope: scopeOfSet,
    });
    return [
      {
        name: `blocked-${version}`,
        statement: { ipSetReferenceStatement: { arn: set.attrArn } },
        action: { block: {} },
      },
    ];
  });
}

/** Refuses requests of an address beyond the limit with 429, for as long as it sends more than that. */
function perAddress(name: string, limit: number, scopeDownStatement?: Statement): Rule {
  return {
    name: `per-address-${name}`,
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        evaluationWindowSec: WINDOW_SECONDS,
        limit,
        ...(scopeDownStatement && { scopeDownStatement }),
      },
    },
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: 'tooMany',
          responseHeaders: [{ name: 'Retry-After', value: '60' }],
        },
      },
    },
  };
}

/** A rule group of AWS. Of its rules, those that are `counted` refuse nothing. */
function managed(name: string, counted: string[] = []): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}

const anyOf = (statements: Statement[]): Statement => ({ orStatement: { statements } });

/** Whether a request has a path, however it is written. */
const isPath = (path: string, positionalConstraint: 'EXACTLY' | 'STARTS_WITH'): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint,
    searchString: path,
    textTransformations: [
      { priority: 0, type: 'URL_DECODE' },
      { priority: 1, type: 'LOWERCASE' },
    ],
  },
});

/** Whether a request calls an operation of the pool's API, which its header names. */
const isOperation = (operation: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { singleHeader: { Name: 'x-amz-target' } },
    positionalConstraint: 'ENDS_WITH',
    searchString: `.${operation}`,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
});
