/** Mails to a server in this process that answers as SES does, and can close its connections. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { yandex } from '../../test/given.ts';
import { sampleMail } from './samples.ts';

/** The connection of each request. */
let connections: Socket[] = [];
let answer: (response: ServerResponse, socket: Socket) => void;
const server = createServer((request, response) => {
  connections.push(request.socket);
  request.resume().on('end', () => answer(response, request.socket));
});
// This server closes connections only when a test says so.
server.keepAliveTimeout = 0;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
vi.stubEnv('AWS_ENDPOINT_URL_SES', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
vi.stubEnv('AWS_REGION', 'eu-central-1');
vi.stubEnv('AWS_ACCESS_KEY_ID', 'deliverMail');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
vi.stubEnv('PROGRAM', JSON.stringify(yandex));
const { isQuotaRefusal, sendMail } = await import('./ses.ts');

const accept = (response: ServerResponse) =>
  response.end(
    '<SendRawEmailResponse><SendRawEmailResult><MessageId>1</MessageId></SendRawEmailResult></SendRawEmailResponse>',
  );
const mail = sampleMail('INVITATION', 'en');
const send = () =>
  sendMail(mail, {
    to: [mail.to],
    toOwners: false,
    partnerId: 'acme',
    link: () => 'https://portal.example/invite',
    tags: {},
    delivered: () => [],
  });

beforeEach(() => {
  connections = [];
  answer = accept;
});
afterAll(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

test('mails one after another use one connection', async () => {
  for (let i = 0; i < 5; i++) expect(await send()).toEqual({ outcome: 'sent' });
  expect(new Set(connections)).toHaveProperty('size', 1);
});

test('a connection that SES has closed meanwhile costs no mail its attempt', async () => {
  await send();
  const [first] = connections;
  const closed = new Promise((resolve) => first?.once('close', resolve));
  first?.end();
  await closed;
  expect(await send()).toEqual({ outcome: 'sent' });
  expect(new Set(connections)).toHaveProperty('size', 2);
});

test('a connection that was idle for seconds is not used again: SES may be about to close it', async () => {
  await send();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_000 });
  await send();
  vi.setSystemTime(Date.now() + 5_000);
  await send();
  const [first, soon, late] = connections;
  expect(soon).toBe(first);
  expect(late).not.toBe(first);
  vi.useRealTimers();
});

test('a mail whose connection ends without an answer is not sent again at once: SES may have taken it', async () => {
  await send();
  answer = (_, socket) => socket.destroy();
  expect(await send()).toMatchObject({ outcome: 'unknown' });
  expect(connections).toHaveLength(2);
});

test.each([
  ['Maximum sending rate exceeded.', 'throttled', false],
  // The mail is tried again with pauses, and an alarm counts the refusals.
  ['Daily message quota exceeded.', 'failed', true],
])('SES throttles: %s is %s', async (message, outcome, isOfQuota) => {
  answer = (response) => {
    response.writeHead(400);
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>${message}</Message></Error></ErrorResponse>`,
    );
  };
  const attempt = await send();
  expect(attempt).toMatchObject({ outcome });
  expect(isQuotaRefusal((attempt as { error?: unknown }).error)).toBe(isOfQuota);
});
