import { encodeWord } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import type { Mail } from '../customer/event.ts';
import { opensInvitation } from '../customer/owedMails.ts';
import type { MailText } from './render.ts';

/** Longest content of an encoded word, so that the word stays below 75 characters (RFC 2047, 2) and fits a line with the header's name. */
const MAX_WORD = 52;

/**
 * The bytes of a mail (MIME): plain text and HTML, with the headers of an automatic mail.
 *
 * No header contains the link, because SES publishes headers in its events.
 *
 * @param around `from` and `replyTo`: `Name <address>` or an address. `customerId`: the customer of the mail, if it is about one
 */
export async function rawMail(
  { subject, text, html }: MailText,
  { kind }: Mail,
  {
    from,
    to,
    replyTo,
    customerId,
  }: { from: string; to: string[]; replyTo?: string | undefined; customerId?: string | undefined },
): Promise<Uint8Array> {
  const message = new MimeNode('multipart/alternative', { newline: 'windows' });
  message.setHeader({
    From: from,
    // Objects and not strings, so that a comma in an address makes no other recipient.
    To: to.map((address) => ({ address })),
    // A text that looks like an encoded word is encoded, so that mail programs do not decode it.
    Subject: subject.includes('=?')
      ? { prepared: true, foldLines: true, value: encodeWord(subject, 'B', MAX_WORD) }
      : subject,
    // RFC 3834: automatic replies must not answer this mail.
    'Auto-Submitted': 'auto-generated',
  });
  if (replyTo !== undefined) {
    message.setHeader('Reply-To', replyTo);
    if (opensInvitation(kind)) {
      // RFC 2369. The id tells the reader of the request which invitation it is about.
      const address = /<(.*)>/.exec(replyTo)?.[1] ?? replyTo;
      const value = `<mailto:${address}?subject=${encodeURIComponent(`Unsubscribe ${customerId ?? ''}`)}>`;
      message.setHeader('List-Unsubscribe', { prepared: true, value });
    }
  }
  message.createChild('text/plain; charset=utf-8').setContent(text);
  message.createChild('text/html; charset=utf-8').setContent(html);
  return message.build();
}
