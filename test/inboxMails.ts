/** Mails for tests of the local inbox. */
import { writeFileSync } from 'node:fs';
import type { Mail } from '../local/receivedMail.ts';
import { LANGUAGES } from '../shared/contract/vocabulary.ts';
import { rawMail } from '../shared/mail/raw.ts';
import { MESSAGE_NAMES, renderSample, sampleMail } from '../shared/mail/samples.ts';

export const ANY_PORT = { number: 0, what: 'inbox of a test', variable: '' };

/** Sends a mail to an inbox as a function does. @param mail its bytes */
export async function sendTo(inboxUrl: string, mail: Uint8Array | string): Promise<Response> {
  const data = Buffer.from(mail).toString('base64');
  const body = new URLSearchParams({ Action: 'SendRawEmail', Source: 'portal@cloud.example', 'RawMessage.Data': data });
  return fetch(inboxUrl, { method: 'POST', body });
}

/** The bytes of an invitation. */
export const invitationTo = (to: string) => bytesOf(sampleMail('INVITATION', 'en', { to }));

/** The bytes of each mail of the product in each language; the last is an invitation in English. */
export const sampleMails = () =>
  Promise.all(
    LANGUAGES.toReversed().flatMap((language) =>
      MESSAGE_NAMES.toReversed().map((name) => bytesOf(sampleMail(name, language))),
    ),
  );

const bytesOf = (mail: ReturnType<typeof sampleMail>): Promise<Uint8Array> =>
  rawMail(renderSample(mail), mail, { from: 'Partner portal <portal@cloud.example>', to: [mail.to] });

/** Writes mails into a data folder, as a run of the stack leaves them there: all mails of the product in turn, one each minute. */
export function keepMails(directory: string, count: number): void {
  const samples = LANGUAGES.flatMap((language) =>
    MESSAGE_NAMES.map((name) => renderSample(sampleMail(name, language))),
  );
  const lines = Array.from({ length: count }, (_, index) => {
    const { subject, text, html } = samples[index % samples.length] ?? { subject: '', text: '', html: '' };
    const mail: Mail = {
      messageId: `mail-${index + 1}`,
      from: '"Partner portal" <portal@cloud.example>',
      replyTo: [],
      destination: { to: [`customer-${index + 1}@bakery.example`], cc: [], bcc: [] },
      subject,
      body: { text, html },
      attachments: [],
      at: 1_790_000_000 + 60 * index,
    };
    return `${JSON.stringify(mail)}\n`;
  });
  writeFileSync(`${directory}/inbox.jsonl`, lines.join(''));
}
