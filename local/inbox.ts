/** The local SES endpoint with its inbox page, and the mails in it kept on disk. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import ses from 'aws-ses-v2-local';
import { clearStore, type Email, getStoreReadonly, saveEmail } from 'aws-ses-v2-local/dist/store.js';

/** A mail as the inbox holds it (`/store`). */
export type Mail = Email;

export type Inbox = {
  server: Server;
  mails: () => readonly Mail[];
  /** Writes what has arrived since the last call to disk. */
  save: () => void;
};

/**
 * Starts it, with the mails of the last run. The library keeps mails in one place per process: stacks in the same process
 * share their inbox.
 *
 * @param file where mails are kept, one JSON line each
 */
export async function startInbox(port: number, file: string): Promise<Inbox> {
  clearStore();
  const kept = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  for (const line of kept) saveEmail(JSON.parse(line) as Mail);
  let saved = kept.length;
  const server = await ses.default({ host: '127.0.0.1', port });
  const lines = (mails: readonly Mail[]): string => mails.map((mail) => `${JSON.stringify(mail)}\n`).join('');
  return {
    server,
    mails: () => getStoreReadonly().emails,
    save: () => {
      const { emails } = getStoreReadonly();
      // Fewer than before: somebody emptied the inbox on its page.
      if (emails.length < saved) writeFileSync(file, lines(emails), { mode: 0o600 });
      else appendFileSync(file, lines(emails.slice(saved)), { mode: 0o600 });
      saved = emails.length;
    },
  };
}

/** The link in an invitation mail. */
export function linkIn(mail: Mail | undefined): string {
  const link = /https?:\/\/\S+#token=\S+/.exec(mail?.body.text ?? '')?.[0];
  if (link === undefined) throw new Error('The mail has no link');
  return link;
}
