import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ANY_PORT, invitationTo, keepMails, sendTo } from '../test/inboxMails.ts';
import { type Inbox, startInbox } from './inbox.ts';
import type { MailList } from './mailbox.ts';

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'inbox-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function started(directory = folder()): Promise<Inbox> {
  const inbox = await startInbox(ANY_PORT, directory);
  onTestFinished(inbox.close);
  return inbox;
}

const read = async <T>(url: string) => (await (await fetch(url)).json()) as T;
const list = (inbox: Inbox, query: object) =>
  read<MailList>(`${inbox.url}/mails?${new URLSearchParams({ count: '10', ...query })}`);
const places = ({ mails }: MailList) => mails.map(({ messageId }) => messageId);

/** The answer to a request with headers that `fetch` may not set. */
const answerTo = (url: string, method: string, headers: Record<string, string>) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers }, (answer) => {
      resolve(answer);
      answer.destroy();
    })
      .on('error', reject)
      .end();
  });

const MAIL = [
  'From: =?utf-8?q?P=C3=B6rtal=2C_Ltd?= <portal@cloud.example>',
  'To: <"a, b"@c.example>, mila@xn--e1afmkfd.example',
  'Cc: Second <second@c.example>',
  'Reply-To: reply@c.example',
  'Subject: =?utf-8?b?PHNjcmlwdD4=?=',
  'Content-Type: multipart/alternative; boundary=x',
  '',
  '--x',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'https://portal.example/#token=abc',
  '',
  '--x',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<!doctype html><html lang="en"><head></head><body>Hello</body></html>',
  '--x--',
].join('\r\n');

test('the stack keeps the bytes of a mail, and `/store` lists the mail with its parts', async () => {
  const directory = folder();
  const inbox = await started(directory);
  const next = inbox.next();
  const answer = await (await sendTo(inbox.url, MAIL)).text();
  await next;
  const [, messageId = ''] = /<MessageId>(.+)<\/MessageId>/.exec(answer) ?? [];
  const { emails, ...rest } = await read<{ emails: unknown[] }>(`${inbox.url}/store`);
  expect(rest).toEqual({ templates: {} });
  expect(emails).toEqual([
    {
      messageId,
      from: '"Pörtal, Ltd" <portal@cloud.example>',
      replyTo: ['reply@c.example'],
      destination: {
        to: ['"a, b"@c.example', 'mila@пример.example'],
        cc: ['"Second" <second@c.example>'],
        bcc: [],
      },
      subject: '<script>',
      body: {
        text: 'https://portal.example/#token=abc\n',
        html: '<!doctype html><html lang="en"><head></head><body>Hello</body></html>',
      },
      attachments: [],
      at: expect.closeTo(Date.now() / 1000, -2),
    },
  ]);
  expect(inbox.mails()).toEqual(emails);
  expect(readFileSync(`${directory}/inbox/${messageId}.eml`, 'utf8')).toBe(MAIL);
  expect(await read(`${inbox.url}/mails/${messageId}`)).toMatchObject({ subject: '<script>', source: MAIL });
});

test('`/store` gives the mails since a time, in seconds', async () => {
  const directory = folder();
  keepMails(directory, 3);
  const inbox = await started(directory);
  const since = (time: unknown) => fetch(`${inbox.url}/store?since=${time}`);
  const [, second] = inbox.mails();
  expect(await (await since(second?.at)).json()).toMatchObject({
    emails: [{ messageId: 'mail-2' }, { messageId: 'mail-3' }],
  });
  expect((await since('yesterday')).status).toBe(400);
});

test('the list has the newest mail first, in parts, and the place of a mail', async () => {
  const directory = folder();
  keepMails(directory, 600);
  const inbox = await started(directory);
  const part = await list(inbox, { from: '1', count: '2', open: 'mail-400' });
  expect(part).toMatchObject({ total: 600, matching: 600, openAt: 200 });
  expect(places(part)).toEqual(['mail-599', 'mail-598']);
  expect(places(await list(inbox, { count: '100000' }))).toHaveLength(500);
  expect(await list(inbox, { from: '600', open: 'gone' })).toMatchObject({ openAt: -1, mails: [] });
});

test('a search finds mails by words in recipient, subject or text, in any case and without accents', async () => {
  const directory = folder();
  keepMails(directory, 51);
  const inbox = await started(directory);
  expect(places(await list(inbox, { search: 'Customer-17@bakery' }))).toEqual(['mail-17']);
  expect(await list(inbox, { search: 'cong doi tac' })).toMatchObject({ total: 51, matching: expect.any(Number) });
  const both = await list(inbox, { search: 'customer-3 ПЕКАРНЯ' });
  // The mails 18 to 33 have a Russian name of the customer.
  expect(places(both)).toEqual(['mail-33', 'mail-32', 'mail-31', 'mail-30']);
  await sendTo(inbox.url, MAIL);
  for (const search of ['mila@xn--e1afmkfd.example', 'mila@пример', 'second@c', '<SCRIPT>', 'token=abc'])
    expect(await list(inbox, { search })).toMatchObject({ matching: 1 });
  expect(await list(inbox, { search: 'customer-1 zebra' })).toMatchObject({ total: 52, matching: 0, mails: [] });
});

/** A line of `inbox.jsonl` as the version before wrote it, whose inbox was the package `aws-ses-v2-local` 2.9. */
const LINE_OF_BEFORE =
  '{"messageId":"ses-561771899","from":"\\"Partner portal\\" <portal@cloud.example>","replyTo":["reply@c.example"],"destination":{"to":["\\"Old\\" <old@bakery.example>","\\"Second\\" <second@bakery.example>"],"cc":[],"bcc":[]},"subject":"Kept before","body":{"text":"Hello\\n","html":"<p>Hello</p>"},"attachments":[],"at":1795767940}\n';

test('the mails are there after a restart, also those of a version that kept no source', async () => {
  const directory = folder();
  writeFileSync(`${directory}/inbox.jsonl`, LINE_OF_BEFORE);
  const before = await started(directory);
  await sendTo(before.url, await invitationTo('new@bakery.example'));
  const mails = before.mails();
  await before.close();
  const inbox = await started(directory);
  expect(inbox.mails()).toEqual(mails);
  const { source } = await read<{ source: string }>(`${inbox.url}/mails/${mails[1]?.messageId}`);
  expect(source).toMatch(/^From: Partner portal/);
  expect(await read(`${inbox.url}/mails/ses-561771899`)).toMatchObject({ source: null, hasHtml: true });
  expect(await list(inbox, { search: 'second@bakery' })).toMatchObject({ matching: 1 });
});

test('mails that arrive at the same time are all kept, each once', async () => {
  const directory = folder();
  const inbox = await started(directory);
  const to = Array.from({ length: 20 }, (_, index) => `mila-${index}@bakery.example`);
  await Promise.all(to.map(async (each) => sendTo(inbox.url, await invitationTo(each))));
  await inbox.close();
  const kept = (await started(directory)).mails();
  expect(kept.flatMap(({ destination }) => destination.to).sort()).toEqual([...to].sort());
});

test('emptying deletes the mails and their sources', async () => {
  const directory = folder();
  const inbox = await started(directory);
  await sendTo(inbox.url, MAIL);
  // A person has deleted the sources already.
  rmSync(`${directory}/inbox`, { recursive: true });
  expect((await fetch(`${inbox.url}/clear-store`, { method: 'POST' })).status).toBe(200);
  expect(inbox.mails()).toEqual([]);
  expect(readdirSync(`${directory}/inbox`)).toEqual([]);
  await inbox.close();
  expect((await started(directory)).mails()).toEqual([]);
});

test('a page of another site can neither read nor empty the inbox; the inbox’s own page can', async () => {
  const directory = folder();
  keepMails(directory, 1);
  const inbox = await started(directory);
  const own = new URL(inbox.url);
  for (const path of ['/store', '/mails', '/mails/mail-1', '/mails/mail-1/html', '/changes', '/inbox.js']) {
    const url = inbox.url + path;
    const script = await answerTo(url, 'GET', { origin: 'https://elsewhere.example' });
    const portal = await answerTo(url, 'GET', { origin: 'http://127.0.0.1:4000' });
    const ownName = await answerTo(url, 'GET', { host: `elsewhere.example:${own.port}` });
    expect([path, script.statusCode, portal.statusCode, ownName.statusCode]).toEqual([path, 403, 403, 403]);
    const ownPage = await answerTo(url, 'GET', { origin: own.origin });
    // Browsers send no origin for pictures, scripts and frames. This header keeps the answer from pages of other sites.
    expect([path, ownPage.statusCode, ownPage.headers['cross-origin-resource-policy']]).toEqual([
      path,
      200,
      'same-origin',
    ]);
  }
  const empty = (origin: string) => answerTo(`${inbox.url}/clear-store`, 'POST', { origin });
  expect((await empty('https://elsewhere.example')).statusCode).toBe(403);
  expect((await empty('null')).statusCode).toBe(403);
  expect(inbox.mails()).toHaveLength(1);
  expect((await empty(own.origin)).statusCode).toBe(200);
  expect(inbox.mails()).toEqual([]);
});

test('the HTML of a mail has no scripts, loads nothing, and opens its links in new tabs', async () => {
  const inbox = await started();
  await sendTo(inbox.url, MAIL);
  const answer = await fetch(`${inbox.url}/mails/${inbox.mails()[0]?.messageId}/html`);
  expect(answer.headers.get('content-security-policy')).toMatch(
    /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
  );
  expect(await answer.text()).toBe(
    '<!doctype html><html lang="en"><head><base target="_blank"></head><body>Hello</body></html>',
  );
});

test('only mails are taken, and only what is there is answered', async () => {
  const inbox = await started();
  const body = new URLSearchParams({ Action: 'SendEmail' });
  expect((await fetch(inbox.url, { method: 'POST', body })).status).toBe(400);
  for (const path of ['/mails/gone', '/mails/gone/html', '/nothing', '/..%2fpackage.json'])
    expect([path, (await fetch(inbox.url + path)).status]).toEqual([path, 404]);
  expect((await fetch(inbox.url, { method: 'DELETE' })).status).toBe(404);
  for (const path of ['/', '//', '/mail/gone']) expect((await fetch(inbox.url + path)).status).toBe(200);
});

test('a page that watches hears of each change', async () => {
  const inbox = await started();
  const answer = await fetch(`${inbox.url}/changes`);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe('retry: 1000\n\n');
  await sendTo(inbox.url, MAIL);
  expect((await reader?.read())?.value).toBe('data:\n\n');
  await reader?.cancel();
});
