import { encodeWord } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import type { Mail } from '../customer/event.ts';
import { opensInvitation } from '../customer/owedMails.ts';
import type { MailText } from './render.ts';

/** RFC 2047, 2: an encoded word has at most 75 characters; with the header's name before it, it fits a line. */
const MAX_WORD = 52;

/**
 * A mail as it goes over the wire: plain text and HTML, with the headers that an automatic mail has.
 *
 * No header holds the link: SES writes headers into the events it publishes.
 *
 * @param around `from` and `replyTo` in the form `Name <address>` or as an address; the customer whom the mail is about
 */
export async function rawMail(
  { subject, text, html }: MailText,
  { kind, to }: Mail,
  { from, replyTo, customerId }: { from: string; replyTo?: string | undefined; customerId: string },
): Promise<Uint8Array> {
  const message = new MimeNode('multipart/alternative', { newline: 'windows' });
  message.setHeader({
    From: from,
    // An object, and no string: a comma in it makes no second recipient.
    To: { address: to },
    // A name that looks like an encoded word would be passed on as one, and read as what it encodes.
    Subject: subject.includes('=?')
      ? { prepared: true, foldLines: true, value: encodeWord(subject, 'B', MAX_WORD) }
      : subject,
    // RFC 3834: nobody's absence note answers it.
    'Auto-Submitted': 'auto-generated',
  });
  if (replyTo !== undefined) {
    message.setHeader('Reply-To', replyTo);
    if (opensInvitation(kind)) {
      // RFC 2369. The number tells whoever reads it which invitation it is about.
      const address = /<(.*)>/.exec(replyTo)?.[1] ?? replyTo;
      const value = `<mailto:${address}?subject=${encodeURIComponent(`Unsubscribe ${customerId}`)}>`;
      message.setHeader('List-Unsubscribe', { prepared: true, value });
    }
  }
  message.createChild('text/plain; charset=utf-8').setContent(text);
  message.createChild('text/html; charset=utf-8').setContent(html);
  return message.build();
}
