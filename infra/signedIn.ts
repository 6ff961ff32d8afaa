/** Checks before a deployment, which need credentials of AWS. */
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetIdentityVerificationAttributesCommand, SESClient } from '@aws-sdk/client-ses';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { domainOf, type Environment, sendsSignInMails } from './environment.ts';
import type { ComparedTemplate } from './keepsData.ts';

/** The codes of Node's errors of a network. */
const UNREACHABLE = 'EAI_AGAIN ECONNREFUSED ECONNRESET EHOSTUNREACH ENETUNREACH ENOTFOUND ETIMEDOUT'.split(' ');

/**
 * What is wrong with the sign-in to AWS, in one sentence; `undefined` if account and region are those of the environment. The region may be
 * unset: the environment names it.
 */
export async function signInFault({ name, account, region }: Environment): Promise<string | undefined> {
  const file = `deploy/${name}.json`;
  // The region of AWS_REGION, or of the profile.
  const set = await new STSClient().config.region().catch(() => undefined);
  if (set !== undefined && set !== region)
    return `Your sign-in is for the region ${set}, and ${file} names ${region}: set AWS_REGION=${region}, or correct "region".`;
  try {
    const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand());
    return Account === account
      ? undefined
      : `You are signed in to the account ${Account}, and ${file} names ${account}: sign in to that account, or correct "account".`;
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string };
    if (UNREACHABLE.includes(code))
      return `AWS can't be reached from this machine (${message}): check its network, and its proxy if it has one.`;
    const profile = process.env['AWS_PROFILE'];
    const tried = profile === undefined ? '' : ` with the profile ${profile}`;
    return `You are not signed in to AWS${tried} (${message}): sign in to the account ${account}, such as with \`aws sso login\` and AWS_PROFILE.`;
  }
}

/**
 * Why Cognito would not send the mails of sign-in from the sender, in one sentence. Cognito takes an identity only once SES has verified it, and
 * otherwise fails in the middle of the deployment.
 */
export async function senderFault(environment: Environment): Promise<string | undefined> {
  if (environment.issuer || !sendsSignInMails(environment)) return undefined;
  const domain = domainOf(environment.program.sender);
  const { VerificationAttributes = {} } = await new SESClient({ region: environment.region }).send(
    new GetIdentityVerificationAttributesCommand({ Identities: [domain] }),
  );
  return VerificationAttributes[domain]?.VerificationStatus === 'Success'
    ? undefined
    : `SES has not verified ${domain} yet, and Cognito sends from no other domain: deploy with "signInMails": "cognito" in deploy/${environment.name}.json first (docs/deploy.md, "The mails of sign-in").`;
}

/** The template of a deployed stack; an empty one if the stack isn't deployed. */
export async function deployedTemplate(region: string, stackName: string): Promise<ComparedTemplate> {
  const client = new CloudFormationClient({ region });
  try {
    const { TemplateBody = '{}' } = await client.send(
      new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
    );
    return JSON.parse(TemplateBody) as ComparedTemplate;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)) return {};
    throw error;
  }
}
