/** A mail as the local inbox holds it, read from its bytes. */
import PostalMime, { type Address } from 'postal-mime';
import { searchedEmail } from '../shared/table/search.ts';

/** A mail as the inbox holds it (`/store`). */
export type Mail = {
  messageId: string;
  /** The address, with its name if it has one: `"Partner portal" <portal@cloud.example>`. Domains are in their own script. */
  from: string;
  replyTo: string[];
  destination: { to: string[]; cc: string[]; bcc: string[] };
  subject: string;
  body: { text?: string; html?: string };
  /** Always empty: the stack sends no attachments. */
  attachments: never[];
  /** When the mail arrived, in seconds since 1970. */
  at: number;
};

/**
 * Reads a mail.
 *
 * @param raw the bytes of the mail (MIME)
 * @param source the sender, if the mail itself names none
 */
export async function receivedMail(
  raw: Buffer,
  about: { messageId: string; at: number; source: string },
): Promise<Mail> {
  const { messageId, at, source } = about;
  const { from, replyTo, to, cc, bcc, subject, text, html } = await PostalMime.parse(raw);
  return {
    messageId,
    from: shown(from ? [from] : [])[0] ?? source,
    replyTo: shown(replyTo),
    destination: { to: shown(to), cc: shown(cc), bcc: shown(bcc) },
    subject: subject ?? '(no subject)',
    body: {
      // The parser adds a line break at the end of a part.
      ...(text !== undefined && { text: text.replace(/\n\n$/, '\n') }),
      ...(html !== undefined && { html: html.replace(/\n$/, '') }),
    },
    attachments: [],
    at,
  };
}

const shown = (addresses: Address[] = []): string[] =>
  addresses.flatMap(({ name, address, group }) => {
    if (address === undefined) return shown(group);
    return [name ? `"${name}" <${searchedEmail(address)}>` : searchedEmail(address)];
  });
