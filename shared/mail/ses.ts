/** How a mail is given to SES, and what is known of it afterwards. */
import { SESClient, SESServiceException, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { Customer } from '../customer/customer.ts';
import type { Mail } from '../customer/event.ts';
import { opensInvitation } from '../customer/owedMails.ts';
import { emailedLink } from '../invitation/linkToken.ts';
import { currentProgram } from '../program/currentProgram.ts';
import { rawMail } from './raw.ts';
import { renderMail } from './render.ts';

/**
 * One attempt each, within a time: after a timeout nobody knows whether SES accepted the mail, and the SDK's own retry would send it
 * twice within a second. A failed mail stays due. No connection is kept for the next mail: a connection that SES has closed meanwhile
 * would cost that mail its attempt, and a minute.
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
 * `failed`: the mail was refused. `unknown`: no answer came, so the mail may be on its way. `throttled`: it was not the mail's turn.
 * All three are tried again.
 */
export type OpenOutcome = 'failed' | 'unknown' | 'throttled';
export type Attempt = { outcome: 'sent' } | { outcome: OpenOutcome; error: unknown };

/**
 * Gives a mail to SES, once.
 *
 * @param version of the event that calls for the mail: a report finds the mail by it
 */
export async function sendMail(mail: Mail, version: number, customer: Customer): Promise<Attempt> {
  let command: SendRawEmailCommand;
  try {
    command = await compose(mail, version, customer);
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

async function compose(mail: Mail, version: number, customer: Customer): Promise<SendRawEmailCommand> {
  const { brandName, sender, replyTo } = currentProgram();
  const rendered = renderMail(mail, { brandName, link: await linkOf(mail, customer) });
  return new SendRawEmailCommand({
    Source: sender,
    Destinations: [mail.to],
    RawMessage: { Data: await rawMail(rendered, mail, { from: sender, replyTo, customerId: customer.id }) },
    ConfigurationSetName: process.env['SES_CONFIGURATION_SET'],
    // A report finds its mail by these.
    Tags: [
      { Name: 'customer', Value: customer.id },
      { Name: 'version', Value: String(version) },
      { Name: 'kind', Value: mail.kind },
    ],
  });
}

/** Where the button of a mail leads: the emailed link, or the page on which the reader sees the subject of the mail. */
function linkOf({ kind }: Mail, customer: Customer): string | Promise<string> {
  if (opensInvitation(kind)) return emailedLink(customer);
  const portal = process.env['PORTAL_URL'];
  if (kind === 'APPROVAL_REQUESTED') return `${portal}/approvals/${customer.id}`;
  return kind === 'APPROVED' || kind === 'REJECTED' ? `${portal}/my/invitations` : `${portal}/customers/${customer.id}`;
}

/** An answer that refuses says that the mail is not on its way; no answer says nothing. */
function outcomeOf(error: unknown): OpenOutcome {
  const refusedConnection = (error as { code?: string }).code === 'ECONNREFUSED';
  if (!(error instanceof SESServiceException)) return refusedConnection ? 'failed' : 'unknown';
  // "Maximum sending rate exceeded", by other senders of the same account; for a used-up daily quota the ordinary pause applies.
  if (/^Throttling/.test(error.name) && !/daily/i.test(error.message)) return 'throttled';
  return (error.$metadata.httpStatusCode ?? 500) < 500 ? 'failed' : 'unknown';
}

/** The sentence for the partner when a mail is given up: why, and what can be done. */
export function givenUpReason({ outcome, error }: Exclude<Attempt, { outcome: 'sent' }>): string {
  const hours = currentProgram().mailGiveUpHours;
  return outcome === 'failed' && error instanceof SESServiceException
    ? `The mail service refused the mail for ${hours} hours (${error.name}). Check the address, then send the invitation again, or hand over the link yourself.`
    : `The mail service could not be reached for ${hours} hours. Send the invitation again, or hand over the link yourself.`;
}
