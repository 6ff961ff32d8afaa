/** The local SES endpoint with its inbox page. It keeps its mails on disk. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import ses from 'aws-ses-v2-local';
import { type Email, getStoreReadonly, saveEmail } from 'aws-ses-v2-local/dist/store.js';
import { close, isOfWebPage } from './httpListener.ts';

/** A mail as the inbox holds it (`/store`). */
export type Mail = Email;

/** The running endpoint of one stack. */
export type Inbox = {
  server: Server;
  /** The mails of this stack, oldest first. */
  mails: () => readonly Mail[];
  /** Adds a mail that has arrived to this stack's mails, in memory and on disk. */
  keep: (messageId: string) => void;
  /** Resolves at the next mail that arrives. */
  next: () => Promise<void>;
  close: () => Promise<void>;
};

/**
 * Starts the endpoint with the mails of the last run. The library has one store per process, which all stacks of the process share:
 * each stack knows its own mails by their ids.
 *
 * @param file the file that keeps the mails, one line of JSON for each
 */
export async function startInbox(port: number, file: string): Promise<Inbox> {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const ids = new Set<string>();
  for (const line of kept) {
    const mail = JSON.parse(line) as Mail;
    ids.add(mail.messageId);
    saveEmail(mail);
  }
  let saved = kept.length;
  let arrived = Promise.withResolvers<void>();
  const server = await ses.default({ host: '127.0.0.1', port });
  // The mails have links that confirm, and one request empties the inbox: pages of other sites may do neither.
  const answer = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request').on('request', (request, response) => {
    if (isOfWebPage(request, true)) return void response.writeHead(403).end();
    for (const each of answer) each(request, response);
  });
  const lines = (mails: readonly Mail[]): string => mails.map((mail) => `${JSON.stringify(mail)}\n`).join('');
  const mails = (): Mail[] => getStoreReadonly().emails.filter(({ messageId }) => ids.has(messageId));
  return {
    server,
    mails,
    keep: (messageId) => {
      ids.add(messageId);
      const all = mails();
      const { destination } = all.at(-1) ?? {};
      // The library takes the recipients of a mail for one.
      if (destination) destination.to = destination.to.flatMap((each) => each.split(', '));
      // Fewer mails than before: somebody has emptied the inbox on its page.
      if (all.length < saved) writeFileSync(file, lines(all), { mode: 0o600 });
      else appendFileSync(file, lines(all.slice(saved)), { mode: 0o600 });
      saved = all.length;
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    next: () => arrived.promise,
    close: async () => {
      await close(server);
      const { emails } = getStoreReadonly();
      const others = emails.filter(({ messageId }) => !ids.has(messageId));
      emails.splice(0, emails.length, ...others);
    },
  };
}

/**
 * The link in an invitation mail.
 *
 * @throws Error if there is no mail, or no link in it
 */
export function linkIn(mail: Mail | undefined): string {
  const link = /https?:\/\/\S+#token=\S+/.exec(mail?.body.text ?? '')?.[0];
  if (link === undefined) throw new Error('The mail has no link');
  return link;
}
