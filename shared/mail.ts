/** The texts of mails. No name stands in a header; in HTML every placeholder is escaped. */

export type MailText = { subject: string; text: string; html: string };

/** What the invitation says. `expiresAt` is RFC 3339. */
type Invitation = { brandName: string; partnerName: string; customerName: string; expiresAt: string; link: string };

/** The invitation: who invites, what confirming means, until when, the link, and how to decline. */
export function invitationMail({ brandName, expiresAt, link, ...names }: Invitation): MailText {
  const [partnerName, customerName] = [shortName(names.partnerName), shortName(names.customerName)];
  const deadline = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(expiresAt),
  );
  const subject = `Confirm that you are ready to work with the integrator in ${brandName}`;
  const invites = `${partnerName} invites ${customerName} to work with it as its integrator in ${brandName}.`;
  const meaning = [
    `When you confirm, ${partnerName} serves your account: your clouds that are linked to it are billed through ${partnerName}.`,
    'An organization is created for you, and you become its administrator.',
  ].join(' ');
  const until = `You can confirm until ${deadline} (UTC). If you do nothing, the invitation expires, and nothing changes for you.`;
  const decline = 'You do not want this, or do not know who invites you? Open the same link and choose Decline.';
  const text = [invites, meaning, `Read the invitation, confirm or decline:\n${link}`, until, decline].join('\n\n');
  // In HTML a name is isolated: one in another script doesn't turn the sentence around it.
  const inHtml = (sentence: string) =>
    [partnerName, customerName].reduce(
      (html, name) => html.replaceAll(escapeHtml(name), `<bdi>${escapeHtml(name)}</bdi>`),
      escapeHtml(sentence),
    );
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0 auto;max-width:36em;padding:1.5em;font:16px/1.5 sans-serif;overflow-wrap:anywhere">
<p>${inHtml(invites)}</p>
<p>${inHtml(meaning)}</p>
<p><a href="${escapeHtml(link)}" target="_blank" rel="noopener noreferrer" style="display:inline-block;padding:.75em 1.5em;border-radius:.5em;background:#0b57d0;color:#fff;text-decoration:none">Read the invitation</a></p>
<p>Or open this link: <a href="${escapeHtml(link)}" target="_blank" rel="noopener noreferrer">${escapeHtml(link)}</a></p>
<p>${escapeHtml(until)}</p>
<p>${escapeHtml(decline)}</p>
</body>
</html>
`;
  return { subject, text: `${text}\n`, html };
}

/** A name longer than this is cut: it must not push the link out of sight. */
const NAME_CHARACTERS = 80;

/** A name on one line, cut, and without characters that turn the direction of what follows (Unicode, UAX 9). */
function shortName(name: string): string {
  const characters = [...name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/\s+/g, ' ')];
  return characters.length > NAME_CHARACTERS
    ? `${characters.slice(0, NAME_CHARACTERS).join('')}…`
    : characters.join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in HTML, between tags or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
