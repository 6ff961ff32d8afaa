/** The local SES endpoint with the page that shows its mails (`inboxPage`). */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sendIcon } from './favicon.ts';
import { textOf } from './httpClient.ts';
import { close, isOfWebPage, listen, type Port } from './httpListener.ts';
import { Mailbox } from './mailbox.ts';
import { type Mail, receivedMail } from './receivedMail.ts';

export type { Mail } from './receivedMail.ts';

/** The running endpoint of one stack. */
export type Inbox = {
  /** Origin of the endpoint and of the page. */
  url: string;
  /** The mails, oldest first. */
  mails: () => readonly Mail[];
  /** Resolves at the next mail that arrives. */
  next: () => Promise<void>;
  close: () => Promise<void>;
};

/** The page asks for a part of the list that is a bit longer than a screen. */
const MOST_ROWS = 500;

/** `/store` is sent in pieces of so many mails, a megabyte or so. */
const MAILS_OF_PIECE = 100;

const PAGE_FILES = { 'index.html': 'text/html', 'inbox.css': 'text/css', 'inbox.js': 'text/javascript' };
const NOBODY_ELSE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // No page of another site may load anything, not even as a picture or a script.
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
/** No text can become markup or script on the page. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/** A mail has styles and pictures of its own, and nothing else: no scripts, no forms, nothing from other servers. Its links open in new tabs. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/**
 * Starts the endpoint with the mails of the last run.
 *
 * @param directory the folder of the mails
 * @throws StartError if the port is taken
 */
export async function startInbox(port: Port, directory: string): Promise<Inbox> {
  const mailbox = new Mailbox(directory);
  await mailbox.read();
  const watching = new Set<ServerResponse>();
  let arrived = Promise.withResolvers<void>();
  mailbox.changed = () => {
    arrived.resolve();
    arrived = Promise.withResolvers();
    for (const response of watching) response.write('data:\n\n');
  };
  const answer = answers(mailbox, watching);
  const server: Server = createServer((request, response) => {
    // The mails have links that confirm, and one request empties the inbox: pages of other sites may do neither.
    if (isOfWebPage(request, true)) return void response.writeHead(403).end();
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, 'text/plain', String(error));
      else response.destroy();
    });
  });
  // If this end closed an idle connection, a mail that is on its way would be lost (`awsEndpoint.ts` keeps its connections).
  server.keepAliveTimeout = 0;
  const url = await listen(server, port);
  return { url, mails: () => mailbox.mails, next: () => arrived.promise, close: () => close(server) };
}

/** Answers the requests of the page, of functions that send mails, and of people's tools. */
function answers(mailbox: Mailbox, watching: Set<ServerResponse>) {
  const page = Object.entries(PAGE_FILES).map(([name, type]) => ({
    name,
    type,
    body: readFileSync(join(import.meta.dirname, 'inboxPage', name)),
  }));

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL((request.url ?? '/').replace(/^[/\\]+/, '/'), 'http://inbox');
    const [, first = '', id = '', part = ''] = pathname.split('/');
    switch (`${request.method} /${first}`) {
      case 'POST /':
        return take(request, response);
      case 'POST /clear-store':
        mailbox.empty();
        return sendJson(response, 200, { message: 'Store cleared' });
      case 'GET /store':
        return sendStore(response, searchParams.get('since'));
      case 'GET /changes':
        return watch(response);
      case 'GET /mails':
        if (id === '') return sendJson(response, 200, mailbox.list(partOf(searchParams)));
        return sendMail(response, mailbox.get(id), part);
      case 'GET /favicon.ico':
        return sendIcon(response);
      default:
        return sendPage(request, response, first === '' || first === 'mail' ? 'index.html' : first);
    }
  };

  function sendPage({ method }: IncomingMessage, response: ServerResponse, name: string): void {
    const file = page.find((each) => each.name === name);
    if (!file || method !== 'GET') return void send(response, 404, 'text/plain', 'There is no such page.');
    response.setHeader('content-security-policy', PAGE_POLICY);
    send(response, 200, file.type, file.body);
  }

  /** Takes a mail, as SES does (`SendRawEmail`). */
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await textOf(request));
    const data = form.get('RawMessage.Data');
    if (form.get('Action') !== 'SendRawEmail' || data === null)
      return sendJson(response, 400, { message: 'This endpoint takes mails by SendRawEmail alone.' });
    const raw = Buffer.from(data, 'base64');
    const messageId = randomUUID();
    const at = Math.floor(Date.now() / 1000);
    mailbox.add(await receivedMail(raw, { messageId, at, source: form.get('Source') ?? '' }), raw);
    const result = `<SendRawEmailResult><MessageId>${messageId}</MessageId></SendRawEmailResult>`;
    const xmlns = 'http://ses.amazonaws.com/doc/2010-12-01/';
    send(response, 200, 'text/xml', `<SendRawEmailResponse xmlns="${xmlns}">${result}</SendRawEmailResponse>`);
  }

  /** All mails as JSON, in pieces: in one, they could be longer than a string can be. */
  async function sendStore(response: ServerResponse, since: string | null): Promise<void> {
    if (since !== null && !/^\d+$/.test(since))
      return sendJson(response, 400, { message: '`since` must be a time in seconds since 1970.' });
    const mails = mailbox.mails.filter(({ at }) => at >= Number(since));
    response.writeHead(200, { ...NOBODY_ELSE, 'content-type': 'application/json; charset=utf-8' });
    await pipeline(Readable.from(storePieces(mails)), response);
  }

  /** Tells of each change until the page goes (server-sent events). */
  function watch(response: ServerResponse): void {
    response.writeHead(200, { ...NOBODY_ELSE, 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    watching.add(response);
    response.on('close', () => watching.delete(response));
  }

  function sendMail(response: ServerResponse, mail: Mail | undefined, part: string): void {
    if (!mail) return void sendJson(response, 404, { message: 'The inbox has no such mail.' });
    if (part === 'html') {
      response.setHeader('content-security-policy', MAIL_POLICY);
      return void send(response, 200, 'text/html', openingInNewTabs(mail.body.html ?? ''));
    }
    const source = mailbox.sourceOf(mail);
    const { body, ...rest } = mail;
    const { text = '', html } = body;
    const whole = { ...rest, text, hasHtml: html !== undefined, source: source?.toString() ?? null };
    sendJson(response, 200, whole);
  }
}

function partOf(query: URLSearchParams) {
  const number = (name: string, most: number) => Math.min(Math.max(0, Math.trunc(Number(query.get(name)))) || 0, most);
  return {
    search: query.get('search') ?? '',
    from: number('from', Number.MAX_SAFE_INTEGER),
    count: number('count', MOST_ROWS),
    open: query.get('open') ?? undefined,
  };
}

/** The HTML of a mail whose links open in new tabs. In front of the document's type, the element would change how the mail looks. */
const openingInNewTabs = (html: string): string =>
  html.replace(/^(\s*<!doctype[^>]*>)?(\s*<html[^>]*>)?(\s*<head[^>]*>)?/i, '$&<base target="_blank">');

function* storePieces(mails: Mail[]): Generator<string> {
  yield '{"templates":{},"emails":[';
  for (let index = 0; index < mails.length; index += MAILS_OF_PIECE) {
    const piece = mails.slice(index, index + MAILS_OF_PIECE).map((mail) => JSON.stringify(mail));
    yield (index > 0 ? ',' : '') + piece.join();
  }
  yield ']}';
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(body));

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...NOBODY_ELSE, 'content-type': `${type}; charset=utf-8` }).end(body);
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
