import { Aws, CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PortalConfig } from '../portal/config.ts';
import { removalPolicyOf } from './retention.ts';
import type { Settings } from './settings.ts';

const MIN_PASSWORD_LENGTH = 12;
/** Lifetime of an access token. A changed membership needs no new token: functions read memberships from the table. */
const ACCESS_TOKEN_MINUTES = 60;
/** How long people stay signed in without entering a password: a working day. */
const REFRESH_TOKEN_HOURS = 12;

/** Sign-in only at the pool's own page. (By default, Cognito also lets a client take passwords by SRP.) */
const NO_DIRECT_SIGN_IN = { userSrp: false };

/** The API as a resource server of the pool, and its scope. */
const RESOURCE_SERVER = 'partner-portal';
const API_SCOPE = 'api';

const DOMAIN_PREFIX = `partner-portal-${Aws.ACCOUNT_ID}`;
const HOSTED_ORIGIN = `https://${DOMAIN_PREFIX}.auth.${Aws.REGION}.amazoncognito.com`;
/** The origins that a browser calls during sign-in: the pool for the discovery document, and its sign-in pages for the rest. */
export const USER_POOL_ORIGINS = [`https://cognito-idp.${Aws.REGION}.amazonaws.com`, HOSTED_ORIGIN];

type PortalUserPoolProps = {
  /** Origin of the portal, where sign-in ends. */
  portalUrl: string;
  operatorGroup: string;
  /** Names of the partners' service accounts. */
  serviceAccounts: readonly string[];
  /** Puts `email` and `email_verified` into access tokens. */
  addEmailClaims: IFunction;
  stage: Settings['stage'];
};

/** Sign-in of a deployment without its own issuer: people by their verified email, service accounts by their client. */
export class PortalUserPool extends Construct {
  readonly issuer: string;
  readonly jwksUri: string;
  /** The scope of the API, which every access token for it has. */
  readonly apiScope: string;
  /** The portal as a client. */
  readonly oidc: PortalConfig['oidc'];

  constructor(scope: Construct, id: string, props: PortalUserPoolProps) {
    super(scope, id);
    const pool = new UserPool(this, 'Pool', {
      // Essentials is the plan that lets a trigger change access tokens (pre token generation V2_0).
      featurePlan: FeaturePlan.ESSENTIALS,
      // Customers sign up without help: only their verified address decides what they may see.
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      // Otherwise a changed address would replace the old one before it is verified.
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: MIN_PASSWORD_LENGTH,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      deletionProtection: props.stage === 'production',
      removalPolicy: removalPolicyOf(props.stage),
    });
    pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, props.addEmailClaims, LambdaVersion.V2_0);
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'People choose a second factor: a customer who signs in once to answer an invitation need not set one up.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          "The deployer can choose the Plus plan's threat protection: it is billed by user, and Essentials has all that the portal uses.",
      },
    );
    this.issuer = pool.userPoolProviderUrl;
    this.jwksUri = `${this.issuer}/.well-known/jwks.json`;

    pool.addDomain('Domain', { cognitoDomain: { domainPrefix: DOMAIN_PREFIX } });
    pool.addGroup('Operators', { groupName: props.operatorGroup, description: "The provider's operators" });
    const apiScope = new ResourceServerScope({ scopeName: API_SCOPE, scopeDescription: 'The partner portal API' });
    const resourceServer = pool.addResourceServer('Api', { identifier: RESOURCE_SERVER, scopes: [apiScope] });
    const api = OAuthScope.resourceServer(resourceServer, apiScope);
    this.apiScope = `${RESOURCE_SERVER}/${API_SCOPE}`;

    const portal = pool.addClient('Portal', {
      // A public client: code flow with PKCE (RFC 9700, 2.1.1), no secret (a browser can't keep one), and no other way to sign in.
      generateSecret: false,
      authFlows: NO_DIRECT_SIGN_IN,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, api],
        callbackUrls: [`${props.portalUrl}/`],
        logoutUrls: [`${props.portalUrl}/`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(ACCESS_TOKEN_MINUTES),
      refreshTokenValidity: Duration.hours(REFRESH_TOKEN_HOURS),
    });
    this.oidc = {
      authority: this.issuer,
      clientId: portal.userPoolClientId,
      scope: `openid email ${api.scopeName}`,
      signOutUrl: `${HOSTED_ORIGIN}/logout?client_id=${portal.userPoolClientId}&logout_uri=${props.portalUrl}/`,
    };
    for (const name of props.serviceAccounts) {
      const client = pool.addClient(`ServiceAccount-${name}`, {
        userPoolClientName: name,
        generateSecret: true,
        authFlows: NO_DIRECT_SIGN_IN,
        oAuth: { flows: { clientCredentials: true }, scopes: [api] },
        supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
        accessTokenValidity: Duration.minutes(ACCESS_TOKEN_MINUTES),
      });
      new CfnOutput(scope, `ServiceAccountClientId-${name}`, {
        value: client.userPoolClientId,
        description: `Client id of the service account ${name}, which a partner's owner adds as a member`,
      });
    }
    new CfnOutput(scope, 'UserPoolId', { value: pool.userPoolId });
    new CfnOutput(scope, 'PortalClientId', { value: portal.userPoolClientId });
  }
}
