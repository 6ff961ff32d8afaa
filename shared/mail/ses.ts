/** Sends a mail through SES, and says how the attempt ended. */
import { SESClient, SESServiceException, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { MailKind } from '../contract/vocabulary.ts';
import type { Why } from '../customer/delivery.ts';
import type { Mail } from '../customer/event.ts';
import { currentProgram } from '../program/currentProgram.ts';
import { closeIdle, httpAgent, httpsAgent } from './connections.ts';
import type { Envelope } from './envelope.ts';
import { rawMail } from './raw.ts';
import { renderMail } from './render.ts';
import { INVITE_MEMBER_AGAIN } from './report.ts';

/**
 * One attempt with a timeout: after a timeout nobody knows whether SES accepted the mail, and a retry by the SDK could send it twice. A
 * failed mail stays due.
 */
const ses = new SESClient({
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpAgent,
    httpsAgent,
  },
});

/**
 * `failed`: SES did not accept the mail. `unknown`: no answer came, so SES may have accepted it. `throttled`: SES's sending rate is used
 * up. `deferred`: the sender's time was over before the mail's turn came. The mail is tried again after all of them.
 */
export type OpenOutcome = 'failed' | 'unknown' | 'throttled' | 'deferred';
type Failure = 'failed' | 'unknown' | 'throttled';
export type Attempt = { outcome: 'sent' } | { outcome: Failure; error: unknown };

/** Gives a mail to SES, once. */
export async function sendMail(mail: Mail, envelope: Envelope): Promise<Attempt> {
  let command: SendRawEmailCommand;
  try {
    command = await compose(mail, envelope);
  } catch (error) {
    return { outcome: 'failed', error };
  }
  try {
    closeIdle();
    await ses.send(command);
    return { outcome: 'sent' };
  } catch (error) {
    return { outcome: outcomeOf(error), error };
  }
}

async function compose(mail: Mail, { to, toOwners, link, tags, customerId }: Envelope): Promise<SendRawEmailCommand> {
  const { brandName, sender, replyTo } = currentProgram();
  const rendered = renderMail(mail, { brandName, link: await link(), toOwners });
  return new SendRawEmailCommand({
    Source: sender,
    Destinations: to,
    RawMessage: { Data: await rawMail(rendered, mail, { from: sender, to, replyTo, customerId }) },
    ConfigurationSetName: process.env['SES_CONFIGURATION_SET'],
    Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
  });
}

/** After a refusal, the mail is not on its way. Without an answer, nobody knows. */
function outcomeOf(error: unknown): Failure {
  const refusedConnection = (error as { code?: string }).code === 'ECONNREFUSED';
  if (!(error instanceof SESServiceException)) return refusedConnection ? 'failed' : 'unknown';
  // "Maximum sending rate exceeded", because of other senders of the account. A used-up daily quota is an ordinary failure.
  if (/^Throttling/.test(error.name) && !isQuotaRefusal(error)) return 'throttled';
  return (error.$metadata.httpStatusCode ?? 500) < 500 ? 'failed' : 'unknown';
}

/** Whether SES refused a mail because the account's quota of the day is used up ("Daily message quota exceeded"). */
export const isQuotaRefusal = (error: unknown): boolean =>
  error instanceof SESServiceException && /^Throttling/.test(error.name) && /daily/i.test(error.message);

/** Why a mail is given up, and what the partner can do. */
export function givenUpReason({ outcome, error }: Exclude<Attempt, { outcome: 'sent' }>, kind: MailKind): Why {
  const hours = currentProgram().mailGiveUpHours;
  const again =
    kind === 'MEMBER_INVITED' ? INVITE_MEMBER_AGAIN : 'Send the invitation again, or hand over the link yourself.';
  return outcome === 'failed' && error instanceof SESServiceException
    ? {
        reason: `The mail service refused the mail for ${hours} hours (${error.name}). Check the address. ${again}`,
        reasonCode: 'SERVICE_REFUSED_ADDRESS',
      }
    : {
        reason: `The mail service could not be reached for ${hours} hours. ${again}`,
        reasonCode: 'SERVICE_NOT_REACHED',
      };
}
