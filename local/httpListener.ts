/** Servers that listen only on this machine. */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from './startError.ts';

/** The port of a part of the stack (`what`), and the environment variable that changes it. Port 0 means any free port. */
export type Port = { number: number; what: string; variable: string };

/** After a stack is killed, its engine may hold the port for so long. */
const RELEASE_MILLISECONDS = 2000;

/**
 * Lets a server listen.
 *
 * @returns the origin, without a slash at the end
 * @throws StartError if the port is taken
 */
export async function listen(server: Server, port: Port): Promise<string> {
  const deadline = Date.now() + RELEASE_MILLISECONDS;
  for (;;) {
    server.listen(port.number, '127.0.0.1');
    try {
      await once(server, 'listening');
      return `http://127.0.0.1:${portOf(server)}`;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      if (Date.now() > deadline) {
        throw new StartError(
          `Port ${port.number} (${port.what}) is taken: stop what listens there, or set ${port.variable} to another port.`,
        );
      }
      await sleep(100);
    }
  }
}

/**
 * Whether a web page in a browser of this machine sent a request: its script sends `Origin`, and a page that reaches this machine through
 * a domain name of its own has that name in `Host`.
 *
 * @param own whether pages of the server itself are exempt
 */
export function isOfWebPage({ headers: { host = '', origin } }: IncomingMessage, own = false): boolean {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return true;
  return origin !== undefined && !(own && origin === `http://${host}`);
}

/** Answers every request with 503 while the stack starts, until the returned function is called. */
export function answerStarting(server: Server): () => void {
  const answer = (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { 'retry-after': '1' }).end();
  };
  server.on('request', answer);
  return () => server.off('request', answer);
}

/** The port on which a server listens. */
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Lets a server stop listening, and ends its open connections. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
