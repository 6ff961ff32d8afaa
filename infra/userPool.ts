import { CfnOutput, Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPoolIdentityProvider,
  ClientAttributes,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolEmail,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { CfnRolePolicy } from 'aws-cdk-lib/aws-iam';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { PortalConfig } from '../portal/config.ts';
import { domainOf, type Environment, sendsSignInMails } from './environment.ts';
import { prefixOf } from './names.ts';
import { allow, type FunctionParts, PortalFunction } from './portalFunction.ts';
import { protectedRemovalPolicyOf, removalPolicyOf } from './retention.ts';
import { signInMailConfiguration } from './sender.ts';
import { SignInWebAcl } from './webAcl.ts';

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
const FULL_API_SCOPE = `${RESOURCE_SERVER}/${API_SCOPE}`;

/** Cognito waits 5 seconds for a trigger. */
const TRIGGER_TIMEOUT_SECONDS = 5;

/** The attribute of a SAML assertion that has the email address. */
const SAML_EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

const domainPrefix = (environment: Environment) => `${prefixOf(environment)}-${environment.account}`;
const hostedOrigin = (environment: Environment) =>
  `https://${domainPrefix(environment)}.auth.${environment.region}.amazoncognito.com`;
/** The origins that a browser calls during sign-in: the pool for the discovery document, and its sign-in pages for the rest. */
export const userPoolOrigins = (environment: Environment): string[] => [
  `https://cognito-idp.${environment.region}.amazonaws.com`,
  hostedOrigin(environment),
];

/** Name and address of `Name <address>` or of an address. */
function mailboxOf(mailbox: string): { name: string; address: string } {
  const [, name = '', address = mailbox] = /^(.*?)\s*<(.+)>$/.exec(mailbox) ?? [];
  return { name, address };
}

/** Sign-in of an environment without its own issuer: people by their verified email, service accounts by their client. */
export class SignInPool extends Construct {
  readonly pool: UserPool;
  readonly issuer: string;
  readonly jwksUri: string;
  /** The scope of the API, which every access token for it has. */
  readonly apiScope = FULL_API_SCOPE;

  constructor(scope: Construct, id: string, parts: FunctionParts) {
    super(scope, id);
    const { environment } = parts;
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
      ...(sendsSignInMails(environment) && { email: this.email(environment) }),
      passwordPolicy: {
        minLength: MIN_PASSWORD_LENGTH,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      deletionProtection: environment.stage === 'production',
      removalPolicy: protectedRemovalPolicyOf(environment.stage),
    });
    this.pool = pool;
    const { program, identityProviders, secondFactor, secondFactorClaim } = environment;
    const isRequired = secondFactor === 'required';
    const addEmailClaims = new PortalFunction(scope, 'addEmailClaims', parts, {
      timeoutSeconds: TRIGGER_TIMEOUT_SECONDS,
      environment: {
        IDENTITY_PROVIDERS: JSON.stringify(
          identityProviders.map((each) => ({
            name: each.name,
            domains: each.domains,
            secondFactor: each.secondFactor,
          })),
        ),
        ...(isRequired && { SECOND_FACTOR_CLAIM: secondFactorClaim }),
      },
    });
    pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, addEmailClaims, LambdaVersion.V2_0);
    // A policy of its own, made after the pool: the pool refers to the function, and the function to its role.
    if (isRequired && addEmailClaims.role)
      new CfnRolePolicy(this, 'ReadUsers', {
        policyName: 'readUsers',
        roleName: addEmailClaims.role.roleName,
        policyDocument: allow(['cognito-idp:AdminGetUser'], [pool.userPoolArn]),
      });
    const writeSignInMail = new PortalFunction(scope, 'writeSignInMail', parts, {
      timeoutSeconds: TRIGGER_TIMEOUT_SECONDS,
      environment: { BRAND_NAME: program.brandName, DEFAULT_LANGUAGE: program.defaultLanguage },
    });
    pool.addTrigger(UserPoolOperation.CUSTOM_MESSAGE, writeSignInMail);
    for (const each of identityProviders) this.addProvider(pool, each);
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
    new CfnWebACLAssociation(this, 'WebAclAssociation', {
      resourceArn: pool.userPoolArn,
      webAclArn: new SignInWebAcl(this, 'WebAcl', environment).attrArn,
    });
    this.issuer = pool.userPoolProviderUrl;
    this.jwksUri = `${this.issuer}/.well-known/jwks.json`;

    const domain = pool.addDomain('Domain', { cognitoDomain: { domainPrefix: domainPrefix(environment) } });
    const operators = pool.addGroup('Operators', {
      groupName: environment.operatorGroup,
      description: "The provider's operators",
    });
    const apiScope = new ResourceServerScope({ scopeName: API_SCOPE, scopeDescription: 'The partner portal API' });
    const resourceServer = pool.addResourceServer('Api', { identifier: RESOURCE_SERVER, scopes: [apiScope] });
    const api = OAuthScope.resourceServer(resourceServer, apiScope);
    const keep = removalPolicyOf(environment.stage);
    for (const each of [domain, operators, resourceServer]) each.applyRemovalPolicy(keep);
    const { serviceAccounts, removedServiceAccounts } = environment;
    for (const name of [...serviceAccounts, ...removedServiceAccounts]) {
      const isRemoved = removedServiceAccounts.includes(name);
      const client = pool.addClient(`ServiceAccount-${name}`, {
        userPoolClientName: name,
        generateSecret: true,
        authFlows: NO_DIRECT_SIGN_IN,
        // The client of a removed account can't get tokens. A later deployment, without the name, deletes it.
        ...(isRemoved ? { disableOAuth: true } : { oAuth: { flows: { clientCredentials: true }, scopes: [api] } }),
        supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
        accessTokenValidity: Duration.minutes(ACCESS_TOKEN_MINUTES),
      });
      client.applyRemovalPolicy(isRemoved ? RemovalPolicy.DESTROY : keep);
      if (isRemoved) continue;
      new CfnOutput(scope, `ServiceAccountClientId-${name}`, {
        value: client.userPoolClientId,
        description: `Client id of the service account ${name}, which a partner's owner adds as a member`,
      });
    }
    new CfnOutput(scope, 'UserPoolId', { value: pool.userPoolId });
  }

  /** Mails from the sender of all mails, with settings of their own in SES. */
  private email(environment: Environment): UserPoolEmail {
    const { sender, replyTo } = environment.program;
    const from = mailboxOf(sender);
    return UserPoolEmail.withSES({
      fromEmail: from.address,
      ...(from.name !== '' && { fromName: from.name }),
      // Cognito takes no name here.
      ...(replyTo !== undefined && { replyTo: mailboxOf(replyTo).address }),
      sesRegion: environment.region,
      sesVerifiedDomain: domainOf(sender),
      configurationSetName: signInMailConfiguration(this, 'Mail', environment).configurationSetName,
    });
  }

  /** A provider through which people of an organization sign in. The sign-in page finds it by the domain of an address. */
  private addProvider(userPool: UserPool, provider: Environment['identityProviders'][number]): void {
    const { name, domains, metadataUrl, issuerUrl, clientId, clientSecretArn } = provider;
    const common = { userPool, name, identifiers: [...domains] };
    if (metadataUrl !== undefined) {
      const { node } = new UserPoolIdentityProviderSaml(this, `Provider-${name}`, {
        ...common,
        metadata: UserPoolIdentityProviderSamlMetadata.url(metadataUrl),
        attributeMapping: { email: ProviderAttribute.other(SAML_EMAIL) },
      });
      // The CDK writes a boolean, and the details of a provider are strings.
      const provider = node.defaultChild as CfnUserPoolIdentityProvider;
      provider.addPropertyOverride('ProviderDetails.IDPSignout', 'false');
    } else if (issuerUrl !== undefined && clientId !== undefined && clientSecretArn !== undefined)
      new UserPoolIdentityProviderOidc(this, `Provider-${name}`, {
        ...common,
        issuerUrl,
        clientId,
        // The template names the secret. CloudFormation reads it during the deployment.
        clientSecret: SecretValue.secretsManager(clientSecretArn).unsafeUnwrap(),
        scopes: ['openid', 'email'],
        attributeMapping: { email: ProviderAttribute.other('email') },
      });
  }
}

type PortalClientProps = {
  pool: SignInPool;
  /** Origin of the portal, where sign-in ends. */
  portalUrl: string;
  environment: Environment;
};

/** The portal as a client of the user pool. It has no secret, and belongs to the portal's address, which it returns to. */
export class PortalClient extends Construct {
  readonly oidc: PortalConfig['oidc'];

  constructor(scope: Construct, id: string, { pool: { pool, issuer }, portalUrl, environment }: PortalClientProps) {
    super(scope, id);
    const portal = new UserPoolClient(this, 'Portal', {
      userPool: pool,
      // A public client: code flow with PKCE (RFC 9700, 2.1.1), no secret (a browser can't keep one), and no other way to sign in.
      generateSecret: false,
      authFlows: NO_DIRECT_SIGN_IN,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.COGNITO_ADMIN, OAuthScope.custom(FULL_API_SCOPE)],
        callbackUrls: [`${portalUrl}/`],
        logoutUrls: [`${portalUrl}/`],
      },
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...environment.identityProviders.map(({ name }) => UserPoolClientIdentityProvider.custom(name)),
      ],
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(ACCESS_TOKEN_MINUTES),
      refreshTokenValidity: Duration.hours(REFRESH_TOKEN_HOURS),
    });
    this.oidc = {
      authority: issuer,
      clientId: portal.userPoolClientId,
      scope: `openid email ${OAuthScope.COGNITO_ADMIN.scopeName} ${FULL_API_SCOPE}`,
      signOutUrl: `${hostedOrigin(environment)}/logout?client_id=${portal.userPoolClientId}&logout_uri=${portalUrl}/`,
      secondFactorUrl: `https://cognito-idp.${environment.region}.amazonaws.com/`,
    };
    portal.applyRemovalPolicy(removalPolicyOf(environment.stage));
    new CfnOutput(scope, 'PortalClientId', { value: portal.userPoolClientId });
  }
}
