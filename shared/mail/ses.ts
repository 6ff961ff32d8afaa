/** Sends a mail through SES, and says how the attempt ended. */
import { SESClient, SESServiceException, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { MailKind } from '../contract/vocabulary.ts';
import type { Mail } from '../customer/event.ts';
import { currentProgram } from '../program/currentProgram.ts';
import type { Envelope } from './envelope.ts';
import { rawMail } from './raw.ts';
import { renderMail } from './render.ts';
import { INVITE_MEMBER_AGAIN } from './report.ts';

/**
 * One attempt with a timeout: after a timeout nobody knows whether SES accepted the mail, and a retry by the SDK could send it twice. A
 * failed mail stays due. No connection is kept for the next mail: if SES had closed it meanwhile, that mail would lose its attempt and a
 * minute.
 */
const ses = new SESClient({
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: false },
    httpsAgent: { keepAlive: false },
  },
});

/**
 * `failed`: SES did not accept the mail. `unknown`: no answer came, so SES may have accepted it. `throttled`: the sending rate is used up.
 * The mail is tried again after all three.
 */
export type OpenOutcome = 'failed' | 'unknown' | 'throttled';
export type Attempt = { outcome: 'sent' } | { outcome: OpenOutcome; error: unknown };

/** Gives a mail to SES, once. */
export async function sendMail(mail: Mail, envelope: Envelope): Promise<Attempt> {
  let command: SendRawEmailCommand;
  try {
    command = await compose(mail, envelope);
  } catch (error) {
    return { outcome: 'failed', error };
  }
  try {
    await ses.send(command);
    return { outcome: 'sent' };
  } catch (error) {
    return { outcome: outcomeOf(error), error };
  }
}

async function compose(mail: Mail, { link, tags, customerId }: Envelope): Promise<SendRawEmailCommand> {
  const { brandName, sender, replyTo } = currentProgram();
  const rendered = renderMail(mail, { brandName, link: await link() });
  return new SendRawEmailCommand({
    Source: sender,
    Destinations: [mail.to],
    RawMessage: { Data: await rawMail(rendered, mail, { from: sender, replyTo, customerId }) },
    ConfigurationSetName: process.env['SES_CONFIGURATION_SET'],
    Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
  });
}

/** After a refusal, the mail is not on its way. Without an answer, nobody knows. */
function outcomeOf(error: unknown): OpenOutcome {
  const refusedConnection = (error as { code?: string }).code === 'ECONNREFUSED';
  if (!(error instanceof SESServiceException)) return refusedConnection ? 'failed' : 'unknown';
  // "Maximum sending rate exceeded", because of other senders of the account. A used-up daily quota is an ordinary failure.
  if (/^Throttling/.test(error.name) && !/daily/i.test(error.message)) return 'throttled';
  return (error.$metadata.httpStatusCode ?? 500) < 500 ? 'failed' : 'unknown';
}

/** The sentence for the partner if a mail is given up: why, and what the partner can do. */
export function givenUpReason({ outcome, error }: Exclude<Attempt, { outcome: 'sent' }>, kind: MailKind): string {
  const hours = currentProgram().mailGiveUpHours;
  const again =
    kind === 'MEMBER_INVITED' ? INVITE_MEMBER_AGAIN : 'Send the invitation again, or hand over the link yourself.';
  return outcome === 'failed' && error instanceof SESServiceException
    ? `The mail service refused the mail for ${hours} hours (${error.name}). Check the address. ${again}`
    : `The mail service could not be reached for ${hours} hours. ${again}`;
}
